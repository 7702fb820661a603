{{ config(materialized='view') }}

with sessions as (
    select * from {{ ref('int_sessions') }}
    where
        contains(landing_url, 'utm_campaign=')
        and not is_bot
        and is_off_site is not true
),

visitors as (
    select * from {{ ref('int_visitors') }}
),

final as (
    select
        sessions.session_day as day,
        sessions.visitor_hash,
        sessions.started_us,
        coalesce(sessions.member_hash, visitors.member_hash, sessions.visitor_hash) as customer_id,
        {{ url_parameter('sessions.landing_url', 'utm_campaign') }} as utm_campaign
    from sessions
    left join visitors on sessions.visitor_hash = visitors.visitor_hash
)

select * from final
