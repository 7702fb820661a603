{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail'
) }}

with orders as (
    select
        order_hash,
        order_day as day,
        revenue - refund_amount as revenue
    from {{ ref('int_customer_orders') }}
    where lines > 0 and {{ in_order_days('order_day') }}
),

windows as (
    {{ attribution_windows() }}
),

sends as (
    select * from {{ ref('int_sends') }}
),

-- each campaign would count an order once, however many of its messages came before
claims as (
    select
        credits.day,
        credits.conversion_hash,
        credits."window",
        count(distinct sends.campaign_id) as campaigns
    from {{ ref('int_credits') }} as credits
    inner join sends on credits.send_hash = sends.send_hash
    where credits.conversion = 'order' and {{ in_order_days('credits.day') }}
    group by credits.day, credits.conversion_hash, credits."window"
),

claimed as (
    select
        orders.day,
        windows."window",
        orders.revenue,
        coalesce(claims.campaigns, 0) as campaigns
    from orders
    cross join windows
    left join claims
        on
            orders.order_hash = claims.conversion_hash
            and orders.day = claims.day
            and windows."window" = claims."window"
),

final as (
    select
        day,
        "window",
        count(*) as orders,
        count(*) filter (where campaigns > 0) as attributed_orders,
        count(*) filter (where campaigns = 0) as unattributed_orders,
        cast(sum(campaigns) as bigint) as claimed_orders,
        cast(sum(revenue) as double) as revenue,
        cast(coalesce(sum(revenue) filter (where campaigns > 0), 0) as double) as attributed_revenue,
        cast(coalesce(sum(revenue) filter (where campaigns = 0), 0) as double) as unattributed_revenue,
        cast(sum(revenue * campaigns) as double) as claimed_revenue
    from claimed
    group by day, "window"
)

select * from final
