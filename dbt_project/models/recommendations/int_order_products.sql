{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='order_hash',
    pre_hook="{{ bound_touched_orders() }}",
    on_schema_change='fail'
) }}

with touched as (
    select * from {{ ref('int_orders') }}
    {% if is_incremental() %}
    where load_seq > {{ seen_load_seq() }}
    {% endif %}
),

lines as (
    select
        coalesce(order_id, visitor_id || ':' || ts_us) as order_id,
        event_name,
        product_id,
        price,
        coalesce(quantity, 1) as quantity,
        -- as int_orders counts, so that the products of an order add up to the order
        quantity as pieces,
        cast(price * quantity as decimal(18, 4)) as amount
    from {{ ref('stg_landing__events') }}
    where
        event_name in ('purchase', 'refund')
        {% if is_incremental() %}
        and ts_us >= {{ touched_from_us() }}
        {% endif %}
),

-- also the lines without a product and what came back whole: an order always has a row to replace it by
final as (
    select
        touched.order_hash,
        touched.order_id,
        lines.product_id,
        touched.visitor_hash,
        touched.ordered_us,
        cast(sum(case when lines.event_name = 'purchase' then lines.quantity else -lines.quantity end) as bigint)
            as quantity,
        cast(
            sum(lines.price * lines.quantity) filter (where lines.event_name = 'purchase')
            / sum(lines.quantity) filter (where lines.event_name = 'purchase' and lines.price is not null)
            as double
        ) as price,
        coalesce(bool_or(lines.event_name = 'purchase'), false) as is_bought,
        cast(coalesce(sum(lines.pieces) filter (where lines.event_name = 'purchase'), 0) as bigint) as bought_quantity,
        cast(coalesce(sum(lines.pieces) filter (where lines.event_name = 'refund'), 0) as bigint) as refunded_quantity,
        cast(coalesce(sum(lines.amount) filter (where lines.event_name = 'purchase'), 0) as decimal(18, 4)) as revenue,
        cast(coalesce(sum(lines.amount) filter (where lines.event_name = 'refund'), 0) as decimal(18, 4))
            as refund_amount,
        touched.load_seq
    from lines
    inner join touched on lines.order_id = touched.order_id
    group by
        touched.order_hash, touched.order_id, lines.product_id, touched.visitor_hash, touched.ordered_us,
        touched.load_seq
)

select * from final
