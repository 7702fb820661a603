{{ config(materialized='table', schema='staging') }}

with members as (
    select * from {{ source('segments', 'members') }}
),

final as (
    select
        segment_id,
        customer_key,
        customer_id
    from members
)

select * from final
