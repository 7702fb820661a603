{{ config(materialized='table', schema='staging') }}

with segments as (
    select * from {{ source('segments', 'segments') }}
),

final as (
    select
        segment_id,
        name,
        kind,
        counted_on
    from segments
)

select * from final
