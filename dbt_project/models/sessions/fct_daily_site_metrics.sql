{{ config(materialized='view', schema='marts') }}

with metrics as (
    select
        *,
        cast(nullif(sessions, 0) as double) as visits
    from {{ ref('int_daily_site_metrics') }}
),

final as (
    select
        day,
        device,
        visitors,
        new_visitors,
        visitors - new_visitors as returning_visitors,
        sessions,
        bounces / visits as bounce_rate,
        page_views,
        page_views / visits as page_views_per_session,
        product_views,
        product_views / visits as product_views_per_session,
        dwell_us / visits / 1000000 as dwell_seconds_per_session,
        add_to_carts,
        orders,
        cast(revenue as double) as revenue,
        cast(refund_amount as double) as refund_amount,
        converted_sessions / visits as conversion_rate,
        peak_order_hour
    from metrics
)

select * from final
