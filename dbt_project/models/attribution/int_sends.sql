{{ config(materialized='table') }}

with final as (
    select * from {{ ref('stg_campaigns__sends') }}
)

select * from final  -- noqa: AM04
