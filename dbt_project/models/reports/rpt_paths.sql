{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail'
) }}

{%- set back_days = var('attribution_path_days') | int + 1 %}

with touches as (
    select * from {{ ref('int_path_touches') }}
    where {{ in_order_days('day', back=back_days) }}
),

orders as (
    select * from {{ ref('int_customer_orders') }}
    where lines > 0 and {{ in_order_days('order_day', back=back_days) }}
),

sends as (
    select * from {{ ref('int_sends') }}
),

-- a touch at the moment of an order came before it
moments as (
    select
        customer_id,
        touched_us as ts_us,
        0 as is_order,
        send_hash as moment_hash,
        cast(null as decimal(18, 4)) as revenue
    from touches
    union all
    select
        customer_id,
        ordered_us as ts_us,
        1 as is_order,
        order_hash as moment_hash,
        revenue - refund_amount as revenue
    from orders
    where customer_id in (select touches.customer_id from touches)
),

following as (
    select
        *,
        coalesce(
            lag(is_order) over by_time = 0 and ts_us - lag(ts_us) over by_time <= {{ widest_window_us() }}, false
        ) as goes_on
    from moments
    window by_time as (partition by customer_id order by ts_us, is_order, moment_hash)
),

numbered as (
    select
        *,
        sum(case when is_order = 0 and not goes_on then 1 else 0 end) over (
            partition by customer_id order by ts_us, is_order, moment_hash rows unbounded preceding
        ) as path_number
    from following
    where is_order = 0 or goes_on
),

ended as (
    select
        *,
        max(is_order) over whole as is_converted,
        coalesce(
            max(case when is_order = 1 then ts_us end) over whole,
            max(ts_us) over whole + {{ widest_window_us() }}
        ) as ended_us,
        max(revenue) over whole as path_revenue
    from numbered
    window whole as (partition by customer_id, path_number)
),

-- a message is on a path once, at its last touch
messages as (
    select
        customer_id,
        path_number,
        moment_hash as send_hash,
        max(ts_us) as touched_us,
        min(ended_us) as ended_us,
        min(is_converted) as is_converted,
        min(path_revenue) as revenue
    from ended
    where is_order = 0 and ts_us > ended_us - {{ var('attribution_path_days') | int * 86400000000 }}
    group by customer_id, path_number, moment_hash
),

paths as (
    select
        {{ business_day('min(messages.ended_us)') }} as day,
        string_agg(sends.campaign_id, ' > ' order by messages.touched_us, messages.send_hash) as path,
        string_agg(sends.channel, ' > ' order by messages.touched_us, messages.send_hash) as channels,
        min(messages.is_converted) = 1 as is_converted,
        coalesce(min(messages.revenue), 0) as revenue
    from messages
    inner join sends on messages.send_hash = sends.send_hash
    group by messages.customer_id, messages.path_number
),

final as (
    select
        day,
        path,
        channels,
        is_converted,
        count(*) as paths,
        count(*) filter (where is_converted) as orders,
        cast(sum(revenue) as double) as revenue
    from paths
    where {{ in_order_days('day') }}
    group by day, path, channels, is_converted
)

select * from final
