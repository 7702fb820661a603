{{ config(materialized='view', schema='marts') }}

with sessions as (
    select * from {{ ref('int_sessions') }}
),

visitors as (
    select * from {{ ref('int_visitors') }}
),

-- sessions that the load itself made or remade
remade as (
    select
        {{ days_between('session_day', 'ended_day') }} as day,
        load_seq,
        load_seq as metrics_load_seq
    from sessions
),

-- sessions of earlier loads whose visitor was recognised, or is no longer the newcomer, by a later one
reinterpreted as (
    select
        {{ days_between('sessions.session_day', 'sessions.ended_day') }} as day,
        greatest(visitors.identity_load_seq, visitors.first_load_seq) as load_seq,
        visitors.first_load_seq as metrics_load_seq
    from sessions
    inner join visitors on sessions.visitor_hash = visitors.visitor_hash
    where
        visitors.identity_load_seq > sessions.load_seq
        or visitors.first_load_seq > sessions.load_seq
),

both_kinds as (
    select * from remade
    union all
    select * from reinterpreted
),

final as (
    select
        day,
        max(load_seq) as load_seq,
        max(metrics_load_seq) as metrics_load_seq
    from both_kinds
    group by day
)

select * from final
