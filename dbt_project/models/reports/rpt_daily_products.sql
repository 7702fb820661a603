{{ config(materialized='view') }}

with ranked as (
    select * from {{ ref('int_site_products') }}
    where rank is not null
),

products as (
    select * from {{ ref('dim_products') }}
),

final as (
    select
        ranked.day,
        ranked.device,
        ranked.rank,
        ranked.product_id,
        coalesce(products.name, ranked.product_id) as product_name,
        ranked.views,
        ranked.carts,
        ranked.orders,
        ranked.quantity,
        cast(ranked.revenue as double) as revenue,
        ranked.orders / cast(nullif(ranked.views, 0) as double) as order_rate
    from ranked
    left join products on ranked.product_id = products.product_id
)

select * from final
