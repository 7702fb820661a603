{{ config(materialized='view', schema='marts') }}

-- a refund under a number of its own is no order
with orders as (
    select * from {{ ref('int_customer_orders') }}
    where lines > 0
),

traffic_sources as (
    select * from {{ ref('traffic_sources') }}
),

-- orders and sessions meet by day as well, so that other days' sessions are not read
visited as (
    select
        orders.*,
        session_days.device,
        session_days.landing_url,
        session_days.referrer_host,
        session_days.started_us
    from orders
    left join {{ ref('int_session_days') }} as session_days
        on
            orders.visitor_hash = session_days.visitor_hash
            and orders.order_day = session_days.day
            and orders.ordered_us between session_days.started_us and session_days.ended_us
),

arrivals as (
    {{ with_arrival('visited') }}
),

final as (
    select
        order_id,
        customer_key,
        customer_id,
        {{ from_us('ordered_us') }} as ordered_at,
        order_day,
        lines,
        quantity,
        cast(revenue as double) as revenue,
        cast(refund_amount as double) as refund_amount,
        device,
        case when started_us is not null then channel end as channel
    from arrivals
)

select * from final
