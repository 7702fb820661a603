{{ config(materialized='view') }}

with latest as (
    select {{ last_complete_day() }} as day
),

recent as (
    select recommendations.*
    from {{ ref('rpt_recommendations') }} as recommendations
    inner join latest
        on
            recommendations.day > latest.day - {{ var('report_recommend_days') }}
            and recommendations.day <= latest.day
),

summed as (
    select
        widget,
        count(*) as days_with_data,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(direct_orders) as orders,
        sum(cast(direct_revenue as decimal(18, 4))) as revenue,
        sum(session_orders) as session_orders,
        sum(cast(session_revenue as decimal(18, 4))) as session_revenue
    from recent
    group by widget
),

final as (
    select
        summed.widget,
        latest.day - {{ var('report_recommend_days') | int - 1 }} as first_day,
        latest.day as last_day,
        cast(summed.days_with_data as integer) as days_with_data,
        summed.days_with_data >= {{ var('report_recommend_enough_days') }} as is_enough,
        cast(summed.impressions as bigint) as impressions,
        cast(summed.clicks as bigint) as clicks,
        summed.clicks / cast(nullif(summed.impressions, 0) as double) as ctr,
        cast(summed.orders as bigint) as orders,
        cast(summed.revenue as double) as revenue,
        summed.orders / cast(nullif(summed.clicks, 0) as double) as conversion_rate,
        cast(summed.session_orders as bigint) as session_orders,
        cast(summed.session_revenue as double) as session_revenue
    from summed
    cross join latest
)

select * from final
