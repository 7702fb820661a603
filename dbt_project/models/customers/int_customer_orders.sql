{{ config(materialized='table') }}

-- Orders under the customer who placed them: the member logged in, else whoever the device was recognised as.
with orders as (
    select * from {{ ref('int_orders') }}
),

visitors as (
    select * from {{ ref('int_visitors') }}
),

members as not materialized (
    select * from {{ ref('int_members') }}
),

final as (
    select
        orders.order_id,
        coalesce(own_members.member_key, visitor_members.member_key, orders.visitor_id) as customer_key,
        orders.ordered_us,
        {{ business_day('orders.ordered_us') }} as order_day,
        orders.lines,
        orders.quantity,
        orders.revenue,
        orders.refund_amount
    from orders
    left join members as own_members on orders.member_hash = own_members.member_hash
    left join visitors on orders.visitor_hash = visitors.visitor_hash
    left join members as visitor_members on visitors.member_hash = visitor_members.member_hash
)

select * from final
