{{ config(materialized='view', schema='marts') }}

with events as (
    select * from {{ ref('stg_landing__events') }}
),

session_days as (
    select
        *,
        md5(visitor_id || ':' || started_us) as session_id
    from {{ ref('int_session_days') }}
),

visitors as (
    select * from {{ ref('int_visitors') }}
),

members as not materialized (
    select * from {{ ref('int_members') }}
),

final as (
    select
        events.event_id,
        events.event_name,
        {{ from_us('events.ts_us') }} as event_at,
        events.event_day,
        events.received_at,
        events.visitor_id,
        events.member_key,
        coalesce(
            events.member_key, session_members.member_key, visitor_members.member_key, events.visitor_id
        ) as customer_key,
        coalesce(
            events.member_hash, session_days.member_hash, visitors.member_hash, events.visitor_hash
        ) as customer_id,
        session_days.session_id,
        events.session_hint,
        events.url,
        events.referrer,
        events.user_agent,
        coalesce(events.device, session_days.device) as device,
        events.product_id,
        events.category_id,
        events.query,
        cast(events.price as double) as price,
        events.quantity,
        events.order_id,
        events.currency,
        events.properties,
        events.source,
        session_days.is_bot
    from events
    inner join session_days
        on
            events.visitor_hash = session_days.visitor_hash
            and events.event_day = session_days.day
            and events.ts_us between session_days.started_us and session_days.ended_us
    left join visitors on events.visitor_hash = visitors.visitor_hash
    left join members as session_members on session_days.member_hash = session_members.member_hash
    left join members as visitor_members on visitors.member_hash = visitor_members.member_hash
)

select * from final
