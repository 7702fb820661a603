{#
  A visit that looked at one page and did nothing else. Some sources send two events for one page load; a cart or an
  order is something, also when no page was counted.
#}
{% macro is_bounce(relation) -%}
    (
        {{ relation }}.page_views <= 1
        and {{ relation }}.events <= 2
        and {{ relation }}.add_to_carts + {{ relation }}.checkouts + {{ relation }}.orders = 0
    )
{%- endmacro %}

{# The two groups of devices that daily metrics tell apart. #}
{% macro device_group(device) -%}
    case when {{ device }} = 'pc' then 'pc' else 'mobile' end
{%- endmacro %}

{# Which order of its visitor a purchase belongs to: without a number, what was bought at one instant is one order. #}
{% macro order_of_visitor(order_id, ts_us) -%}
    coalesce({{ order_id }}, cast({{ ts_us }} as varchar))
{%- endmacro %}

{#
  Every order of the sessions that began on `days`, under each session with a line of it and at the first of these lines:
  what an order says thereby depends on the events of its session only, as the session's own count of orders does.
  Sessions and events meet by day as well, so that other days' events are not read.
#}
{% macro session_orders(days) -%}
    select
        buying.session_day,
        {{ device_group('buying.device') }} as device_group,
        {{ business_hour('min(events.ts_us)') }} as hour,
        sum(cast(events.price * events.quantity as decimal(18, 4))) as revenue
    from {{ ref('stg_landing__events') }} as events
    inner join (
        select session_days.*
        from {{ ref('int_session_days') }} as session_days
        inner join {{ days }} on session_days.session_day = {{ days }}.day
        where not session_days.is_bot and session_days.orders > 0
    ) as buying
        on
            events.visitor_hash = buying.visitor_hash
            and events.event_day = buying.day
            and events.ts_us between buying.started_us and buying.ended_us
    where events.event_name = 'purchase'
    group by
        buying.session_day, buying.device, buying.visitor_hash, buying.started_us,
        {{ order_of_visitor('events.order_id', 'events.ts_us') }}
{%- endmacro %}

{#
  The spans of time in which sessions are computed anew: runs of events of later loads, and the stored blocks that such a
  run reaches within the gap. For the incremental half of int_sessions__counted.
#}
{% macro recomputed_windows(events, gap_us) -%}
    with fresh as (
        select
            visitor_hash,
            ts_us,
            lag(ts_us) over (partition by visitor_hash order by ts_us) as previous_us
        from {{ events }}
        where load_seq > {{ seen_load_seq() }}
    ),

    fresh_numbered as (
        select
            visitor_hash,
            ts_us,
            sum(case when ts_us - previous_us <= {{ gap_us }} then 0 else 1 end) over (
                partition by visitor_hash order by ts_us rows unbounded preceding
            ) as run_number
        from fresh
    ),

    fresh_runs as (
        select
            visitor_hash,
            min(ts_us) as started_us,
            max(ts_us) as ended_us
        from fresh_numbered
        group by visitor_hash, run_number
    )

    select * from fresh_runs
    union all
    select distinct
        stored.visitor_hash,
        stored.block_started_us as started_us,
        stored.block_ended_us as ended_us
    from {{ this }} as stored
    inner join fresh_runs
        on
            stored.visitor_hash = fresh_runs.visitor_hash
            and stored.block_started_us <= fresh_runs.ended_us + {{ gap_us }}
            and stored.block_ended_us >= fresh_runs.started_us - {{ gap_us }}
{%- endmacro %}

{#
  Sessions of blocks that a new campaign cuts: an event opens one when it opens its block, or names another campaign than
  the last named before it in the block. Two sessions of a visitor never start at the same instant: it is their key.
#}
{% macro numbered_by_campaigns(blocked) -%}
    select
        *,
        sum(case when opens_session then 1 else 0 end) over (
            partition by visitor_hash order by ts_us, event_hash rows unbounded preceding
        ) as session_number
    from (
        select
            *,
            opens_block or coalesce(
                campaign is not null
                and ts_us > lag(ts_us) over (partition by visitor_hash, block_number order by ts_us, event_hash)
                and campaign is distinct from lag(campaign ignore nulls) over (
                    partition by visitor_hash, block_number order by ts_us, event_hash
                ), false
            ) as opens_session
        from {{ blocked }}
    ) as opened
{%- endmacro %}
