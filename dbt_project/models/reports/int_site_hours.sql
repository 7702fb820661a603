{{ config(
    materialized='incremental',
    schema='intermediate',
    incremental_strategy='replace_keys',
    unique_key='day',
    on_schema_change='fail'
) }}

with changed_days as (
    {{ days_to_remake() }}
),

visits as (
    {{ visits_of('changed_days') }}
),

-- a session got to a step when it did it or any later one: an order placed without a checkout in between began one
reached as (
    select
        session_day,
        device_group,
        {{ business_hour('started_us') }} as hour,
        orders > 0 as has_ordered,
        orders + checkouts > 0 as has_checked_out,
        orders + checkouts + add_to_carts > 0 as has_carted,
        orders + checkouts + add_to_carts + product_views > 0 as has_viewed
    from visits
),

session_hours as (
    select
        session_day as day,
        coalesce(device_group, 'all') as device,
        hour,
        count(*) as sessions,
        count(*) filter (where has_viewed) as product_view_sessions,
        count(*) filter (where has_carted) as cart_sessions,
        count(*) filter (where has_checked_out) as checkout_sessions,
        count(*) filter (where has_ordered) as order_sessions
    from reached
    group by grouping sets ((session_day, hour), (session_day, device_group, hour))
),

session_orders as (
    {{ session_orders('changed_days') }}
),

order_hours as (
    select
        session_day as day,
        coalesce(device_group, 'all') as device,
        hour,
        count(*) as orders,
        sum(revenue) as revenue
    from session_orders
    group by grouping sets ((session_day, hour), (session_day, device_group, hour))
),

devices as (
    {{ report_devices() }}
),

hours as (
    {{ hours_of_day() }}
),

-- every changed day has a row for each hour, also when its only session now belongs to the day before
slots as (
    select
        changed_days.day,
        devices.device,
        hours.hour,
        changed_days.load_seq
    from changed_days
    cross join devices
    cross join hours
),

final as (
    select
        slots.day,
        slots.device,
        slots.hour,
        cast(coalesce(session_hours.sessions, 0) as integer) as sessions,
        cast(coalesce(session_hours.product_view_sessions, 0) as integer) as product_view_sessions,
        cast(coalesce(session_hours.cart_sessions, 0) as integer) as cart_sessions,
        cast(coalesce(session_hours.checkout_sessions, 0) as integer) as checkout_sessions,
        cast(coalesce(session_hours.order_sessions, 0) as integer) as order_sessions,
        cast(coalesce(order_hours.orders, 0) as integer) as orders,
        cast(coalesce(order_hours.revenue, 0) as decimal(18, 4)) as revenue,
        slots.load_seq
    from slots
    left join session_hours
        on slots.day = session_hours.day and slots.device = session_hours.device and slots.hour = session_hours.hour
    left join order_hours
        on slots.day = order_hours.day and slots.device = order_hours.device and slots.hour = order_hours.hour
)

select * from final
