{{ config(materialized='view') }}

with shown as (
    select * from {{ ref('int_onsite_days') }}
    where kind = 'widget' and device = 'all'
),

ordered as (
    select
        day,
        placement,
        count(*) filter (where way = 'direct') as direct_orders,
        sum(revenue) filter (where way = 'direct') as direct_revenue,
        count(*) filter (where way = 'session') as session_orders,
        sum(revenue) filter (where way = 'session') as session_revenue
    from {{ ref('int_onsite_orders') }}
    where kind = 'widget'
    group by day, placement
),

final as (
    select
        shown.day,
        shown.placement as widget,
        shown.impressions,
        shown.clicks,
        shown.clicks / cast(nullif(shown.impressions, 0) as double) as ctr,
        shown.clicked_sessions,
        cast(coalesce(ordered.direct_orders, 0) as integer) as direct_orders,
        cast(coalesce(ordered.direct_revenue, 0) as double) as direct_revenue,
        cast(coalesce(ordered.session_orders, 0) as integer) as session_orders,
        cast(coalesce(ordered.session_revenue, 0) as double) as session_revenue
    from shown
    left join ordered on shown.day = ordered.day and shown.placement = ordered.placement
)

select * from final
