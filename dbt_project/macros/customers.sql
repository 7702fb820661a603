{#
  Score 1 (lowest fifth) to 5 (highest) by the share of rows at or below the value. Unlike ntile, customers who are equal
  score equal, so the grade does not depend on the order in which rows happen to be read.
#}
{% macro quintile(value) -%}
    least(5, 1 + floor(5 * percent_rank() over (order by {{ value }})))
{%- endmacro %}

{# The grade of a buyer by the sum of the three scores; null for who never bought. #}
{% macro rfm_grade(points) -%}
    case
        when {{ points }} >= {{ var('rfm_grades')['vip'] }} then 'VIP'
        when {{ points }} >= {{ var('rfm_grades')['gold'] }} then 'GOLD'
        when {{ points }} >= {{ var('rfm_grades')['silver'] }} then 'SILVER'
        when {{ points }} is not null then 'BRONZE'
    end
{%- endmacro %}

{#
  Before fct_carts: the business day of the reset point, so that the scan of the events skips all days before it. Without
  it (unit test) nothing is skipped; the model compares the exact time anyway.
#}
{% macro bound_cart_events() %}{{ return(adapter.dispatch('bound_cart_events', 'dangol')()) }}{% endmacro %}
{% macro default__bound_cart_events() -%}
    set variable first_cart_day = (
        select {{ business_day('max(ended_us) - ' ~ var('cart_reset_after_days') | int * 86400000000) }}
        from {{ ref('int_sessions') }}
    )
{%- endmacro %}

{% macro first_cart_day() %}{{ return(adapter.dispatch('first_cart_day', 'dangol')()) }}{% endmacro %}
{% macro default__first_cart_day() -%}
    coalesce(cast(getvariable('first_cart_day') as date), date '0001-01-01')
{%- endmacro %}
