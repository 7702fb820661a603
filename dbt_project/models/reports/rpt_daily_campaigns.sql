{{ config(materialized='view') }}

with shown as (
    select * from {{ ref('int_onsite_days') }}
    where device = 'all' and kind is not null
),

-- a click on a banner leads to the orders of its visit, a click on a product in a widget to that product
ordered as (
    select
        day,
        kind,
        placement,
        count(*) as orders,
        sum(revenue) as revenue
    from {{ ref('int_onsite_orders') }}
    where (kind = 'banner' and way = 'session') or (kind = 'widget' and way = 'direct')
    group by day, kind, placement
),

site as (
    select
        shown.day,
        case when shown.kind = 'banner' then 'onsite' else 'recommendation' end as kind,
        shown.placement as campaign,
        shown.placement as campaign_name,
        shown.impressions,
        shown.clicks,
        ordered.orders,
        ordered.revenue
    from shown
    left join ordered
        on shown.day = ordered.day and shown.kind = ordered.kind and shown.placement = ordered.placement
),

-- a message is shown when it arrives, and clicked by a person; it counts on the day that it was sent for
sent as (
    select
        day,
        case when channel = 'onsite' then 'onsite' else 'message' end as kind,
        campaign_id as campaign,
        max(campaign_name) as campaign_name,
        sum(accepted) as impressions,
        sum(clicked) as clicks,
        sum(orders) as orders,
        sum(cast(revenue as decimal(18, 4))) as revenue
    from {{ ref('rpt_send_days') }}
    where "window" = '{{ var("report_window") }}'
    group by all
),

campaigns as (
    select * from site
    union all
    select * from sent
),

final as (
    select
        day,
        kind,
        campaign,
        campaign_name,
        cast(impressions as bigint) as impressions,
        cast(clicks as bigint) as clicks,
        clicks / cast(nullif(impressions, 0) as double) as ctr,
        cast(coalesce(orders, 0) as bigint) as orders,
        cast(coalesce(revenue, 0) as double) as revenue
    from campaigns
)

select * from final
