{{ config(materialized='view', schema='marts') }}

with contents as (
    select * from {{ ref('stg_landing__contents') }}
),

final as (
    select
        content_id,
        title,
        body,
        category_path,
        url,
        image_url,
        published_at,
        attributes,
        received_at as updated_at
    from contents
)

select * from final
