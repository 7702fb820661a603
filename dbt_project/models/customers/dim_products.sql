{{ config(materialized='view', schema='marts') }}

with products as (
    select * from {{ ref('stg_landing__products') }}
),

final as (
    select
        product_id,
        name,
        category_path,
        brand,
        cast(price as double) as price,
        cast(coalesce(sale_price, price) as double) as sale_price,
        image_url,
        url_pc,
        url_mobile,
        coalesce(status, 'active') as status,
        attributes,
        received_at as updated_at
    from products
)

select * from final
