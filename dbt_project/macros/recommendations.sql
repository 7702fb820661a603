{#
  What was typed into the search box, in lower case and without blanks around it; null where nothing was. Spellings are
  brought together where the recommendations are made.
#}
{% macro search_text(query) -%}
    nullif(lower(trim({{ query }})), '')
{%- endmacro %}

{#
  Searches, and what may come of them, of the sessions on `days` in which anything was searched for. Sessions and events
  meet by day as well, so that other days' events are not read; midnight thereby ends what a search leads to.
#}
{% macro searching_events(days) -%}
    select
        events.event_day,
        events.visitor_hash,
        session_days.started_us,
        events.ts_us,
        events.event_hash,
        events.event_name,
        events.product_id,
        case when events.event_name = 'search' then coalesce({{ search_text('events.query') }}, '') end as query
    from {{ ref('stg_landing__events') }} as events
    inner join {{ ref('int_session_days') }} as session_days
        on
            events.visitor_hash = session_days.visitor_hash
            and events.event_day = session_days.day
            and events.ts_us between session_days.started_us and session_days.ended_us
    inner join {{ days }} on events.event_day = {{ days }}.day
    where
        events.event_name in ('search', 'product_view', 'add_to_cart', 'purchase')
        and session_days.searches > 0
        and not session_days.is_bot
{%- endmacro %}

{#
  Before a model of recent behaviour: the first business day of `recommend_window_days`, which end with the newest day, so
  that the scan of the events skips all days before it. Without it (unit test) nothing is skipped; the models compare the
  day anyway.
#}
{% macro bound_recommend_days() %}{{ return(adapter.dispatch('bound_recommend_days', 'dangol')()) }}{% endmacro %}
{% macro default__bound_recommend_days() -%}
    set variable first_recommend_day = (
        select max(ended_day) - {{ var('recommend_window_days') | int - 1 }} from {{ ref('int_sessions') }}
    )
{%- endmacro %}

{% macro first_recommend_day() %}{{ return(adapter.dispatch('first_recommend_day', 'dangol')()) }}{% endmacro %}
{% macro default__first_recommend_day() -%}
    coalesce(cast(getvariable('first_recommend_day') as date), date '0001-01-01')
{%- endmacro %}

{#
  Before an incremental run of int_order_products: the earliest line of the orders that later loads touched, so that the
  scan of the events skips what happened before it.
#}
{% macro bound_touched_orders() %}{{ return(adapter.dispatch('bound_touched_orders', 'dangol')()) }}{% endmacro %}
{% macro default__bound_touched_orders() -%}
{% if is_incremental() %}
    set variable touched_from_us = (
        select min(least(coalesce(ordered_us, refunded_us), coalesce(refunded_us, ordered_us)))
        from {{ ref('int_orders') }}
        where load_seq > {{ seen_load_seq() }}
    )
{% endif %}
{%- endmacro %}

{% macro touched_from_us() %}{{ return(adapter.dispatch('touched_from_us', 'dangol')()) }}{% endmacro %}
{% macro default__touched_from_us() -%}
    coalesce(getvariable('touched_from_us'), -9000000000000000000)
{%- endmacro %}
