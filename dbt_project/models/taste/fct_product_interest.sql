{{ config(materialized='view', schema='marts') }}

-- robots have no taste; a product shown in passing, taken out again or sent back says nothing for it
with events as (
    select
        event_day,
        session_id,
        customer_key,
        product_id,
        event_name,
        event_at
    from {{ ref('fct_events') }}
    where
        event_name in ('product_view', 'add_to_cart', 'purchase')
        and product_id is not null
        and not is_bot
),

-- the day is part of the key, so that a filter on it reaches the scan of the events
final as (
    select
        event_day,
        session_id,
        customer_key,
        product_id,
        cast(count(*) filter (where event_name = 'product_view') as integer) as views,
        cast(count(*) filter (where event_name = 'add_to_cart') as integer) as add_to_carts,
        cast(count(*) filter (where event_name = 'purchase') as integer) as purchases,
        max(event_at) as last_event_at
    from events
    group by event_day, session_id, customer_key, product_id
)

select * from final
