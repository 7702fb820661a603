{{ config(materialized='table') }}

-- Orders under the customer who placed them, as the events say it: the member logged in, else the first member of the
-- session, else whoever the device was recognised as.
with orders as (
    select
        *,
        -- a refund under a number of its own has no other time
        coalesce(ordered_us, refunded_us) as placed_us
    from {{ ref('int_orders') }}
),

visitors as (
    select * from {{ ref('int_visitors') }}
),

members as not materialized (
    select * from {{ ref('int_members') }}
),

recognised_sessions as (
    select
        visitor_hash,
        started_us,
        ended_us,
        member_hash
    from {{ ref('int_sessions') }}
    where member_hash is not null
),

final as (
    select
        orders.order_hash,
        orders.order_id,
        coalesce(
            own_members.member_key, session_members.member_key, visitor_members.member_key, orders.visitor_id
        ) as customer_key,
        coalesce(
            orders.member_hash, recognised_sessions.member_hash, visitors.member_hash, orders.visitor_hash
        ) as customer_id,
        orders.visitor_hash,
        orders.ordered_us,
        orders.refunded_us,
        {{ business_day('orders.ordered_us') }} as order_day,
        orders.lines,
        orders.quantity,
        orders.revenue,
        orders.refund_amount
    from orders
    left join members as own_members on orders.member_hash = own_members.member_hash
    left join recognised_sessions
        on
            orders.visitor_hash = recognised_sessions.visitor_hash
            and orders.placed_us between recognised_sessions.started_us and recognised_sessions.ended_us
    left join members as session_members on recognised_sessions.member_hash = session_members.member_hash
    left join visitors on orders.visitor_hash = visitors.visitor_hash
    left join members as visitor_members on visitors.member_hash = visitor_members.member_hash
)

select * from final
