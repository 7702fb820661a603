{{ config(materialized='view', schema='marts') }}

with bought as (
    select * from {{ ref('int_order_products') }}
    where product_id is not null and quantity > 0
),

orders as (
    select * from {{ ref('int_customer_orders') }}
),

robots as (
    select
        visitor_hash,
        started_us,
        ended_us
    from {{ ref('int_sessions') }}
    where is_bot and orders > 0
),

final as (
    select
        orders.order_day as event_day,
        orders.customer_key,
        bought.product_id,
        bought.order_id,
        {{ from_us('bought.ordered_us') }} as ordered_at,
        cast(bought.quantity as integer) as quantity,
        bought.price
    from bought
    inner join orders on bought.order_id = orders.order_id
    where
        not exists (
            select 1
            from robots
            where
                robots.visitor_hash = bought.visitor_hash
                and bought.ordered_us between robots.started_us and robots.ended_us
        )
)

select * from final
