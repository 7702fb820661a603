{{ config(materialized='view') }}

with site as (
    select * from {{ ref('fct_daily_site_metrics') }}
),

funnels as (
    select
        day,
        device,
        sum(sessions) as visits,
        sum(product_view_sessions) as product_views,
        sum(cart_sessions) as carts,
        sum(checkout_sessions) as checkouts,
        sum(order_sessions) as orders
    from {{ ref('int_site_hours') }}
    group by day, device
),

shown as (
    select
        day,
        device,
        sum(impressions) filter (where kind = 'banner') as banner_impressions,
        sum(clicks) filter (where kind = 'banner') as banner_clicks,
        sum(impressions) filter (where kind = 'widget') as widget_impressions,
        sum(clicks) filter (where kind = 'widget') as widget_clicks
    from {{ ref('int_onsite_days') }}
    group by day, device
),

widget_orders as (
    select
        day,
        coalesce(device, 'all') as device,
        count(*) as orders,
        sum(revenue) as revenue
    from {{ ref('int_onsite_orders') }}
    where kind = 'widget' and way = 'direct' and placement = '(all)'
    group by grouping sets ((day), (day, device))
),

credited_orders as (
    select
        day,
        {{ device_group('device') }} as device,
        cast(revenue as decimal(18, 4)) as revenue
    from {{ ref('rpt_campaign_orders') }}
    where "window" = '{{ var("report_window") }}'
),

message_orders as (
    select
        day,
        coalesce(device, 'all') as device,
        count(*) as orders,
        sum(revenue) as revenue
    from credited_orders
    group by grouping sets ((day), (day, device))
),

final as (
    select
        site.*,
        cast(funnels.visits as integer) as funnel_visits,
        cast(funnels.product_views as integer) as funnel_product_views,
        cast(funnels.carts as integer) as funnel_carts,
        cast(funnels.checkouts as integer) as funnel_checkouts,
        cast(funnels.orders as integer) as funnel_orders,
        cast(coalesce(shown.banner_impressions, 0) as integer) as banner_impressions,
        cast(coalesce(shown.banner_clicks, 0) as integer) as banner_clicks,
        cast(coalesce(shown.widget_impressions, 0) as integer) as widget_impressions,
        cast(coalesce(shown.widget_clicks, 0) as integer) as widget_clicks,
        cast(coalesce(widget_orders.orders, 0) as integer) as widget_orders,
        cast(coalesce(widget_orders.revenue, 0) as double) as widget_revenue,
        cast(coalesce(message_orders.orders, 0) as integer) as message_orders,
        cast(coalesce(message_orders.revenue, 0) as double) as message_revenue
    from site
    left join funnels on site.day = funnels.day and site.device = funnels.device
    left join shown on site.day = shown.day and site.device = shown.device
    left join widget_orders on site.day = widget_orders.day and site.device = widget_orders.device
    left join message_orders on site.day = message_orders.day and site.device = message_orders.device
)

select * from final  -- noqa: AM04
