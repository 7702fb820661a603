{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='day',
    schema='marts',
    on_schema_change='fail'
) }}

with changed_days as (
    select
        day,
        metrics_load_seq as load_seq
    from {{ ref('mart_changed_days') }}
    {% if is_incremental() %}
    where metrics_load_seq > {{ seen_load_seq() }}
    {% endif %}
),

sessions as (
    select
        sessions.*,
        visitors.first_started_us = sessions.started_us as is_new_visitor,
        case when sessions.device = 'pc' then 'pc' else 'mobile' end as device_class
    from {{ ref('int_sessions') }} as sessions
    inner join changed_days on sessions.session_day = changed_days.day
    inner join {{ ref('int_visitors') }} as visitors on sessions.visitor_hash = visitors.visitor_hash
    where not sessions.is_bot
),

devices as (
    select
        pairs.device,
        pairs.device_class
    from (values ('all', 'pc'), ('all', 'mobile'), ('pc', 'pc'), ('mobile', 'mobile')) as pairs (device, device_class)
),

metrics as (
    select
        sessions.session_day as day,
        devices.device,
        count(distinct sessions.visitor_hash) as visitors,
        count(distinct sessions.visitor_hash) filter (where sessions.is_new_visitor) as new_visitors,
        count(*) as sessions,
        count(*) filter (where sessions.orders > 0) as converted_sessions,
        count(*) filter (where {{ is_bounce('sessions') }}) as bounces,
        sum(sessions.page_views) as page_views,
        sum(sessions.product_views) as product_views,
        sum(sessions.ended_us - sessions.started_us) as dwell_us,
        sum(sessions.add_to_carts) as add_to_carts,
        sum(sessions.orders) as orders,
        sum(sessions.revenue) as revenue
    from sessions
    inner join devices on sessions.device_class = devices.device_class
    where sessions.is_off_site is not true
    group by sessions.session_day, devices.device
),

refunds as (
    select
        sessions.session_day as day,
        devices.device,
        sum(sessions.refund_amount) as refund_amount
    from sessions
    inner join devices on sessions.device_class = devices.device_class
    group by sessions.session_day, devices.device
),

order_hours as (
    select
        sessions.session_day as day,
        devices.device,
        {{ business_hour('orders.ordered_us') }} as hour,
        count(*) as orders
    from {{ ref('int_orders') }} as orders
    inner join sessions
        on
            orders.visitor_hash = sessions.visitor_hash
            and orders.ordered_us between sessions.started_us and sessions.ended_us
    inner join devices on sessions.device_class = devices.device_class
    group by sessions.session_day, devices.device, {{ business_hour('orders.ordered_us') }}
),

ranked_hours as (
    select
        day,
        device,
        hour,
        -- of hours with equally many orders the earlier one
        row_number() over (partition by day, device order by orders desc, hour asc) as place
    from order_hours
),

device_rows as (
    select distinct device from devices
),

-- every changed day has its three rows, also when its only session now belongs to the day before
final as (
    select
        changed_days.day,
        device_rows.device,
        cast(coalesce(metrics.visitors, 0) as integer) as visitors,
        cast(coalesce(metrics.new_visitors, 0) as integer) as new_visitors,
        cast(coalesce(metrics.visitors - metrics.new_visitors, 0) as integer) as returning_visitors,
        cast(coalesce(metrics.sessions, 0) as integer) as sessions,
        cast(metrics.bounces as double) / metrics.sessions as bounce_rate,
        cast(coalesce(metrics.page_views, 0) as bigint) as page_views,
        cast(metrics.page_views as double) / metrics.sessions as page_views_per_session,
        cast(coalesce(metrics.product_views, 0) as bigint) as product_views,
        cast(metrics.product_views as double) / metrics.sessions as product_views_per_session,
        cast(metrics.dwell_us as double) / 1000000 / metrics.sessions as dwell_seconds_per_session,
        cast(coalesce(metrics.add_to_carts, 0) as integer) as add_to_carts,
        cast(coalesce(metrics.orders, 0) as integer) as orders,
        cast(coalesce(metrics.revenue, 0) as double) as revenue,
        cast(coalesce(refunds.refund_amount, 0) as double) as refund_amount,
        cast(metrics.converted_sessions as double) / metrics.sessions as conversion_rate,
        ranked_hours.hour as peak_order_hour,
        changed_days.load_seq
    from changed_days
    cross join device_rows
    left join metrics on changed_days.day = metrics.day and device_rows.device = metrics.device
    left join refunds on changed_days.day = refunds.day and device_rows.device = refunds.device
    left join ranked_hours
        on
            changed_days.day = ranked_hours.day
            and device_rows.device = ranked_hours.device
            and ranked_hours.place = 1
)

select * from final
