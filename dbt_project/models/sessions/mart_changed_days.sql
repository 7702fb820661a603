{{ config(materialized='view', schema='marts') }}

with session_days as not materialized (
    select * from {{ ref('int_session_days') }}
),

visitors as (
    select * from {{ ref('int_visitors') }}
),

-- sessions that the load itself made or remade
remade as (
    select
        day,
        load_seq,
        load_seq as metrics_load_seq
    from session_days
),

-- sessions of earlier loads whose visitor was recognised, or is no longer the newcomer, by a later one
reinterpreted as (
    select
        session_days.day,
        greatest(visitors.identity_load_seq, visitors.first_load_seq) as load_seq,
        visitors.first_load_seq as metrics_load_seq
    from session_days
    inner join visitors on session_days.visitor_hash = visitors.visitor_hash
    where
        visitors.identity_load_seq > session_days.load_seq
        or visitors.first_load_seq > session_days.load_seq
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
