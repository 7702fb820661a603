{{ config(materialized='view') }}

with sessions as not materialized (
    select * from {{ ref('int_sessions') }}
),

-- two branches, so that a filter on the day reaches the scan: nearly all sessions end on the day they began
final as (
    select
        sessions.*,
        sessions.session_day as day
    from sessions
    union all
    select
        sessions.*,
        {{ days_between('sessions.session_day + 1', 'sessions.ended_day') }} as day
    from sessions
    where sessions.ended_day > sessions.session_day
)

select * from final  -- noqa: AM04
