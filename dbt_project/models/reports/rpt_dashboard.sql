{{ config(materialized='table', pre_hook="{{ bound_report_days() }}") }}

{% set sums = ['sessions', 'converted_sessions', 'orders', 'attributed_orders'] %}
{% set amounts = ['revenue', 'attributed_revenue', 'cost'] %}
{% set figures = ['visitors'] + sums + ['conversion_rate'] + amounts + ['roas'] %}

with latest as (
    select {{ last_complete_day() }} as day
),

periods as (
    {{ report_periods() }}
),

days as (
    select * from {{ ref('rpt_shop_days') }}
),

first_day as (
    select min(day) as day from days
),

-- who came on two days is one visitor, so that only all visits of a period tell how many there were
visitors as (
    select
        periods.period,
        periods.is_previous,
        count(distinct sessions.visitor_hash) as visitors
    from {{ ref('int_sessions') }} as sessions
    inner join periods on sessions.session_day between periods.first_day and periods.last_day
    where
        not sessions.is_bot
        and sessions.is_off_site is not true
        and sessions.session_day >= {{ first_report_day(2 * (var('report_periods') | max | int)) }}
    group by periods.period, periods.is_previous
),

summed as (
    select
        periods.period,
        periods.is_previous,
        periods.first_day,
        periods.last_day,
        {% for figure in sums -%}
        cast(coalesce(sum(days.{{ figure }}), 0) as bigint) as {{ figure }},
        {% endfor -%}
        {% for amount in amounts -%}
        cast(coalesce(sum(days.{{ amount }}), 0) as double) as {{ amount }},
        {% endfor -%}
        -- a period that the data do not reach back to is none to compare with
        coalesce(periods.first_day >= (select first_day.day from first_day), false) as is_whole
    from periods
    left join days on days.day between periods.first_day and periods.last_day
    group by periods.period, periods.is_previous, periods.first_day, periods.last_day
),

rated as (
    select
        summed.*,
        coalesce(visitors.visitors, 0) as visitors,
        summed.converted_sessions / cast(nullif(summed.sessions, 0) as double) as conversion_rate,
        summed.attributed_revenue / nullif(summed.cost, 0) as roas
    from summed
    left join visitors on summed.period = visitors.period and summed.is_previous = visitors.is_previous
),

final as (
    select
        this_one.period,
        this_one.first_day,
        this_one.last_day
        {%- for figure in figures %},
        this_one.{{ figure }},
        before.{{ figure }} as previous_{{ figure }}
        {%- endfor %}
    from rated as this_one
    left join rated as before on this_one.period = before.period and before.is_previous and before.is_whole
    where not this_one.is_previous
)

select * from final
