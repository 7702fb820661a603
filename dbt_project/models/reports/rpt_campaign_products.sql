{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail',
    meta={'remade': 'send_days'}
) }}

with sends as (
    select * from {{ ref('int_sends') }}
    where {{ in_send_days('day') }}
),

-- last touch
credits as (
    select * from {{ ref('int_credits') }}
    where conversion = 'order' and place = touches and {{ in_send_days('day', ahead=send_reach_days() | int) }}
),

order_products as (
    select * from {{ ref('int_order_products') }}
    where {{ since_send_days('ordered_us') }}
),

catalogue as (
    select * from {{ ref('stg_landing__products') }}
),

sold as (
    select
        sends.day,
        sends.send_id,
        sends.campaign_id,
        sends.channel,
        credits."window",
        order_products.product_id,
        count(*) filter (where order_products.is_bought) as orders,
        cast(sum(order_products.bought_quantity) as bigint) as quantity,
        cast(sum(order_products.refunded_quantity) as bigint) as refunded_quantity,
        sum(order_products.revenue) as gross_revenue,
        sum(order_products.refund_amount) as refund_amount
    from credits
    inner join sends on credits.send_hash = sends.send_hash
    inner join order_products on credits.conversion_hash = order_products.order_hash
    group by sends.day, sends.send_id, sends.campaign_id, sends.channel, credits."window", order_products.product_id
),

final as (
    select
        sold.day,
        sold.send_id,
        sold.campaign_id,
        sold.channel,
        sold."window",
        sold.product_id,
        coalesce(catalogue.name, sold.product_id) as product_name,
        catalogue.category_path,
        sold.orders,
        sold.quantity,
        sold.refunded_quantity,
        cast(sold.gross_revenue as double) as gross_revenue,
        cast(sold.refund_amount as double) as refund_amount,
        cast(sold.gross_revenue - sold.refund_amount as double) as revenue
    from sold
    left join catalogue on sold.product_id = catalogue.product_id
)

select * from final
