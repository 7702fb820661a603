{{ config(
    materialized='incremental',
    schema='intermediate',
    incremental_strategy='replace_keys',
    unique_key='day',
    on_schema_change='fail'
) }}

with remade_days as (
    {{ onsite_days_to_remake() }}
),

first_day as (
    select min(day) as day from remade_days
),

clicks as (
    {{ clicks_of_customers('first_day') }}
),

orders as (
    select * from {{ ref('int_customer_orders') }}
    where lines > 0 and order_day >= (select first_day.day from first_day)
),

-- each product that was bought, net of what came back of it
order_products as (
    select
        orders.order_id,
        orders.customer_id,
        orders.ordered_us,
        bought.product_id,
        bought.revenue - bought.refund_amount as revenue
    from orders
    inner join {{ ref('int_order_products') }} as bought on orders.order_hash = bought.order_hash
    where bought.product_id is not null and bought.is_bought
),

leading_clicks as (
    select
        clicks.*,
        'direct' as way,
        order_products.order_id,
        order_products.revenue
    from clicks
    inner join order_products
        on
            clicks.customer_id = order_products.customer_id
            and clicks.product_id = order_products.product_id
            and order_products.ordered_us between
            clicks.clicked_us and clicks.clicked_us + {{ var('recommend_direct_hours') | int * 3600000000 }}
    where clicks.kind = 'widget'
    union all
    select
        clicks.* replace (null as product_id, orders.customer_id as customer_id),
        'session' as way,
        orders.order_id,
        orders.revenue - orders.refund_amount as revenue
    from clicks
    inner join orders
        on
            clicks.visitor_hash = orders.visitor_hash
            and orders.ordered_us between clicks.clicked_us and clicks.session_ended_us
),

-- however often a product was clicked, its revenue counts once
clicked_products as (
    select
        kind,
        placement,
        way,
        order_id,
        product_id,
        min(customer_id) as customer_id,
        min(revenue) as revenue,
        max(clicked_us) as clicked_us,
        {{ last_by('event_hash', 'clicked_us', 'event_hash') }} as event_hash,
        {{ last_by('day', 'clicked_us', 'event_hash') }} as day,
        {{ last_by('device', 'clicked_us', 'event_hash') }} as device
    from leading_clicks
    group by kind, placement, way, order_id, product_id
),

-- an order belongs to the day of the last click that led to it
placed as (
    select
        {{ last_by('day', 'clicked_us', 'event_hash') }} as day,
        {{ last_by('device', 'clicked_us', 'event_hash') }} as device,
        kind,
        placement,
        way,
        order_id,
        min(customer_id) as customer_id,
        cast(sum(revenue) as decimal(18, 4)) as revenue
    from clicked_products
    group by kind, placement, way, order_id
),

-- every day made anew has a row, also when no click of it led to an order
final as (
    select
        remade_days.day,
        placed.device,
        placed.kind,
        placed.placement,
        placed.way,
        placed.order_id,
        placed.customer_id,
        placed.revenue,
        remade_days.load_seq
    from remade_days
    left join placed on remade_days.day = placed.day
)

select * from final
