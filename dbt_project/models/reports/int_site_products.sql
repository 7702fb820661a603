{{ config(
    materialized='incremental',
    schema='intermediate',
    incremental_strategy='replace_keys',
    unique_key='day',
    on_schema_change='fail'
) }}

with changed_days as (
    {{ days_to_remake() }}
),

events as (
    select
        *,
        {{ order_of_visitor('order_id', 'ts_us') }} as order_name
    from ({{ visit_events('changed_days', ['product_view', 'add_to_cart', 'purchase']) }}) as visited
    where product_id is not null
),

-- the orders of a session with a line of the product; an order of two sessions counts in both, as it does elsewhere
session_products as (
    select
        session_day,
        device_group,
        product_id,
        count(*) filter (where event_name = 'product_view') as views,
        count(*) filter (where event_name = 'add_to_cart') as carts,
        count(distinct order_name) filter (where event_name = 'purchase') as orders,
        sum(coalesce(quantity, 1)) filter (where event_name = 'purchase') as quantity,
        sum(cast(price * quantity as decimal(18, 4))) filter (where event_name = 'purchase') as revenue
    from events
    group by session_day, device_group, product_id, visitor_hash, started_us
),

counted as (
    select
        session_day as day,
        coalesce(device_group, 'all') as device,
        product_id,
        sum(views) as views,
        sum(carts) as carts,
        sum(orders) as orders,
        coalesce(sum(quantity), 0) as quantity,
        coalesce(sum(revenue), 0) as revenue
    from session_products
    group by grouping sets ((session_day, product_id), (session_day, device_group, product_id))
),

ranked as (
    select
        *,
        row_number() over (
            partition by day, device order by revenue desc, orders desc, views desc, carts desc, product_id asc
        ) as rank
    from counted
),

-- every changed day has a row, also when nobody looked at anything
final as (
    select
        changed_days.day,
        ranked.device,
        cast(ranked.rank as integer) as rank,
        ranked.product_id,
        cast(ranked.views as integer) as views,
        cast(ranked.carts as integer) as carts,
        cast(ranked.orders as integer) as orders,
        cast(ranked.quantity as bigint) as quantity,
        cast(ranked.revenue as decimal(18, 4)) as revenue,
        changed_days.load_seq
    from changed_days
    left join ranked on changed_days.day = ranked.day and ranked.rank <= {{ var('report_products') }}
)

select * from final
