{{ config(materialized='view') }}

with orders as not materialized (
    select * from {{ ref('int_customer_orders') }}
),

order_days as (
    select distinct
        customer_key,
        order_day
    from orders
    where lines > 0
),

cycles as (
    select
        customer_key,
        median(gap_days) as purchase_cycle_days
    from (
        select
            customer_key,
            order_day - lag(order_day) over (partition by customer_key order by order_day) as gap_days
        from order_days
    ) as gaps
    where gap_days is not null
    group by customer_key
),

bought as (
    select
        customer_key,
        count(*) filter (where lines > 0) as orders,
        sum(revenue) as revenue,
        sum(refund_amount) as refund_amount,
        min(order_day) as first_order_day,
        max(order_day) as last_order_day
    from orders
    group by customer_key
),

scored as (
    select
        customer_key,
        {{ quintile('last_order_day') }} as recency_score,
        {{ quintile('orders') }} as frequency_score,
        {{ quintile('revenue - refund_amount') }} as monetary_score
    from bought
    where orders > 0
),

final as (
    select
        bought.customer_key,
        cast(bought.orders as integer) as orders,
        bought.revenue,
        bought.refund_amount,
        bought.first_order_day,
        bought.last_order_day,
        cycles.purchase_cycle_days,
        cast(scored.recency_score as integer) as recency_score,
        cast(scored.frequency_score as integer) as frequency_score,
        cast(scored.monetary_score as integer) as monetary_score
    from bought
    left join scored on bought.customer_key = scored.customer_key
    left join cycles on bought.customer_key = cycles.customer_key
)

select * from final
