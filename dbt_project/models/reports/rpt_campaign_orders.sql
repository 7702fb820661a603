{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail'
) }}

-- last touch
with credits as (
    select * from {{ ref('int_credits') }}
    where conversion = 'order' and place = touches and {{ in_order_days('day') }}
),

sends as (
    select * from {{ ref('int_sends') }}
),

orders as (
    select * from {{ ref('int_customer_orders') }}
    where lines > 0 and {{ in_order_days('order_day') }}
),

session_days as not materialized (
    select * from {{ ref('int_session_days') }}
    where {{ in_order_days('day') }}
),

-- orders and sessions meet by day as well, so that other days' sessions are not read
visited as (
    select
        orders.*,
        session_days.device
    from orders
    left join session_days
        on
            orders.visitor_hash = session_days.visitor_hash
            and orders.order_day = session_days.day
            and orders.ordered_us between session_days.started_us and session_days.ended_us
),

products as (
    select
        order_hash,
        count(product_id) as products
    from {{ ref('int_order_products') }}
    where is_bought and {{ since_order_days('ordered_us') }}
    group by order_hash
),

final as (
    select
        credits.day,
        sends.send_id,
        sends.campaign_id,
        sends.channel,
        credits.variant,
        credits."window",
        visited.order_id,
        credits.customer_id,
        {{ from_us('credits.converted_us') }} as ordered_at,
        {{ from_us('credits.sent_us') }} as sent_at,
        -- where arrival is what counts, nobody need have clicked
        case when credits.matched_by != 'delivery' then {{ from_us('credits.touched_us') }} end as clicked_at,
        credits.lag_us / cast(1000000 as double) as lag_seconds,
        visited.device,
        coalesce(products.products, 0) as products,
        visited.quantity,
        cast(visited.revenue as double) as gross_revenue,
        cast(visited.refund_amount as double) as refund_amount,
        cast(visited.revenue - visited.refund_amount as double) as revenue
    from credits
    inner join sends on credits.send_hash = sends.send_hash
    inner join visited on credits.conversion_hash = visited.order_hash and credits.day = visited.order_day
    left join products on visited.order_hash = products.order_hash
)

select * from final
