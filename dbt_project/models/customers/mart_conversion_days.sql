{{ config(materialized='view', schema='marts') }}

-- Without a group by, so that `load_seq > …` reaches every scan.
with session_days as not materialized (
    select * from {{ ref('int_session_days') }}
),

orders as (
    select * from {{ ref('int_orders') }}
    where ordered_us is not null
),

customer_orders as (
    select * from {{ ref('int_customer_orders') }}
    where order_day is not null
),

recognised as (
    select
        visitor_hash,
        last_ended_us,
        identity_load_seq as load_seq
    from {{ ref('int_visitors') }}
    where identity_load_seq >= 0
),

remade as (
    select distinct
        day,
        load_seq
    from session_days
),

-- a click changes orders of other devices up to the widest window after it
reached as (
    select
        {{ days_between('day', 'day + ' ~ window_reach_days()) }} as day,
        load_seq
    from remade
),

ordered as (
    select
        {{ days_between(business_day('ordered_us'), business_day('last_line_us')) }} as day,
        load_seq
    from orders
),

-- orders of earlier loads that a later one gave another customer
recognised_orders as (
    select
        {{ business_day('orders.ordered_us') }} as day,
        recognised.load_seq
    from recognised
    inner join orders on recognised.visitor_hash = orders.visitor_hash
    where recognised.load_seq > orders.load_seq
),

-- visits of earlier loads that may be a click of the customer recognised
recognised_visits as (
    select
        session_days.visitor_hash,
        session_days.day,
        session_days.started_us,
        recognised.last_ended_us,
        recognised.load_seq
    from recognised
    inner join session_days on recognised.visitor_hash = session_days.visitor_hash
    where
        recognised.load_seq > session_days.load_seq
        and (session_days.is_off_site or contains(session_days.landing_url, 'utm_campaign='))
),

members as (
    select distinct
        sessions.visitor_hash,
        sessions.member_hash
    from recognised
    inner join {{ ref('int_sessions') }} as sessions on recognised.visitor_hash = sessions.visitor_hash
    where sessions.member_hash is not null
),

-- orders on any device that such a visit may have led to, of who the device is now and was before
led_to as (
    select
        visits.day,
        visits.load_seq,
        customer_orders.order_day
    from recognised_visits as visits
    inner join members on visits.visitor_hash = members.visitor_hash
    inner join customer_orders
        on
            members.member_hash = customer_orders.customer_id
            and customer_orders.ordered_us
            between visits.started_us and visits.started_us + {{ widest_window_us() }}
),

final as (
    select * from reached
    union all
    select * from ordered
    union all
    select * from recognised_orders
    union all
    select day, load_seq from recognised_visits  -- noqa: LT09
    where last_ended_us - started_us <= {{ widest_window_us() }}
    union all
    select day, load_seq from led_to  -- noqa: LT09
    union all
    select order_day as day, load_seq from led_to  -- noqa: LT09
)

select * from final
