{# A visit that looked at one page and did nothing else. Some sources send two events for one page load. #}
{% macro is_bounce(relation) -%}
    {{ relation }}.events = 1 or (
        {{ relation }}.page_views <= 1
        and {{ relation }}.events <= 2
        and {{ relation }}.add_to_carts + {{ relation }}.checkouts + {{ relation }}.orders = 0
    )
{%- endmacro %}
