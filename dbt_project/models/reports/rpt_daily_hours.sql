{{ config(materialized='view') }}

with hours as (
    select * from {{ ref('int_site_hours') }}
),

final as (
    select
        day,
        device,
        hour,
        sessions,
        orders,
        cast(revenue as double) as revenue
    from hours
)

select * from final
