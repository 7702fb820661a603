{{ config(materialized='view', schema='marts') }}

with led_to as (
    select * from {{ ref('int_search_products') }}
    where product_id is not null
),

final as (
    select
        event_day,
        query,
        product_id,
        cast(sum(product_views) as integer) as product_views,
        cast(sum(add_to_carts) as integer) as add_to_carts,
        cast(sum(purchases) as integer) as purchases
    from led_to
    group by event_day, query, product_id
)

select * from final
