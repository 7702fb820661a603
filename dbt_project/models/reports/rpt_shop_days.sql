{{ config(materialized='view') }}

with site as (
    select * from {{ ref('int_daily_site_metrics') }}
    where device = 'all'
),

orders as (
    select * from {{ ref('rpt_conservation') }}
    where "window" = '{{ var("report_window") }}'
),

sends as (
    select
        day,
        sum(cost) as cost
    from {{ ref('rpt_channel_days') }}
    where "window" = '{{ var("report_window") }}'
    group by day
),

days as (
    select day from site
    union
    select day from orders
    union
    select day from sends
),

final as (
    select
        days.day,
        cast(coalesce(site.sessions, 0) as bigint) as sessions,
        cast(coalesce(site.converted_sessions, 0) as bigint) as converted_sessions,
        cast(coalesce(orders.orders, 0) as bigint) as orders,
        cast(coalesce(orders.revenue, 0) as decimal(18, 4)) as revenue,
        cast(coalesce(orders.attributed_orders, 0) as bigint) as attributed_orders,
        cast(coalesce(orders.attributed_revenue, 0) as decimal(18, 4)) as attributed_revenue,
        cast(coalesce(sends.cost, 0) as decimal(18, 4)) as cost
    from days
    left join site on days.day = site.day
    left join orders on days.day = orders.day
    left join sends on days.day = sends.day
)

select * from final
