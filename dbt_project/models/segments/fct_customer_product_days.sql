{{ config(materialized='view', schema='marts') }}

-- pieces not told are one; money is summed as decimals, so that the order of the rows does not matter
with events as (
    select
        event_day,
        customer_id,
        event_name,
        product_id,
        device,
        coalesce(quantity, 1) as quantity,
        cast(price as decimal(18, 4)) * coalesce(quantity, 1) as amount
    from {{ ref('fct_events') }}
    where
        event_name in ('product_view', 'add_to_cart', 'remove_from_cart', 'purchase', 'refund')
        and product_id is not null
        and not is_bot
),

counted as (
    select
        event_day,
        customer_id,
        event_name,
        product_id,
        device,
        cast(count(*) as integer) as events,
        cast(sum(quantity) as bigint) as quantity,
        cast(coalesce(sum(amount), 0) as double) as amount
    from events
    group by event_day, customer_id, event_name, product_id, device
),

final as (
    select
        event_day,
        customer_id,
        event_name,
        product_id,
        {{ hash63('product_id') }} as product_hash,
        device,
        events,
        quantity,
        amount
    from counted
)

select * from final
