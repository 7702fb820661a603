{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='day',
    on_schema_change='fail'
) }}

with changed_days as (
    {{ days_to_remake() }}
),

sessions as (
    select
        sessions.*,
        coalesce(visitors.first_visit_us = sessions.started_us, false) as is_new_visitor,
        -- refunds and opened or tapped messages are no visits
        sessions.is_off_site is not true as is_visit,
        {{ device_group('sessions.device') }} as device_group
    from {{ ref('int_sessions') }} as sessions
    inner join changed_days on sessions.session_day = changed_days.day
    inner join {{ ref('int_visitors') }} as visitors on sessions.visitor_hash = visitors.visitor_hash
    where not sessions.is_bot
),

metrics as (
    select
        session_day as day,
        coalesce(device_group, 'all') as device,
        count(distinct visitor_hash) filter (where is_visit) as visitors,
        count(distinct visitor_hash) filter (where is_visit and is_new_visitor) as new_visitors,
        count(*) filter (where is_visit) as sessions,
        count(*) filter (where is_visit and orders > 0) as converted_sessions,
        count(*) filter (where is_visit and {{ is_bounce('sessions') }}) as bounces,
        sum(page_views) filter (where is_visit) as page_views,
        sum(product_views) filter (where is_visit) as product_views,
        sum(ended_us - started_us) filter (where is_visit) as dwell_us,
        sum(add_to_carts) filter (where is_visit) as add_to_carts,
        sum(orders) filter (where is_visit) as orders,
        sum(revenue) filter (where is_visit) as revenue,
        sum(refund_amount) as refund_amount
    from sessions
    group by grouping sets ((session_day), (session_day, device_group))
),

session_orders as (
    {{ session_orders('changed_days') }}
),

peak_hours as (
    select
        session_day as day,
        coalesce(device_group, 'all') as device,
        hour,
        -- of hours with equally many orders the earlier one
        row_number() over (
            partition by session_day, coalesce(device_group, 'all') order by count(*) desc, hour asc
        ) as place
    from session_orders
    group by grouping sets ((session_day, hour), (session_day, device_group, hour))
),

devices as (
    select named.device
    from (values ('all'), ('pc'), ('mobile')) as named (device)
),

-- every changed day has its three rows, also when its only session now belongs to the day before
final as (
    select
        changed_days.day,
        devices.device,
        cast(coalesce(metrics.visitors, 0) as integer) as visitors,
        cast(coalesce(metrics.new_visitors, 0) as integer) as new_visitors,
        cast(coalesce(metrics.sessions, 0) as integer) as sessions,
        cast(coalesce(metrics.converted_sessions, 0) as integer) as converted_sessions,
        cast(coalesce(metrics.bounces, 0) as integer) as bounces,
        cast(coalesce(metrics.page_views, 0) as bigint) as page_views,
        cast(coalesce(metrics.product_views, 0) as bigint) as product_views,
        cast(coalesce(metrics.dwell_us, 0) as bigint) as dwell_us,
        cast(coalesce(metrics.add_to_carts, 0) as integer) as add_to_carts,
        cast(coalesce(metrics.orders, 0) as integer) as orders,
        cast(coalesce(metrics.revenue, 0) as decimal(18, 4)) as revenue,
        cast(coalesce(metrics.refund_amount, 0) as decimal(18, 4)) as refund_amount,
        peak_hours.hour as peak_order_hour,
        changed_days.load_seq
    from changed_days
    cross join devices
    left join metrics on changed_days.day = metrics.day and devices.device = metrics.device
    left join peak_hours
        on changed_days.day = peak_hours.day and devices.device = peak_hours.device and peak_hours.place = 1
)

select * from final
