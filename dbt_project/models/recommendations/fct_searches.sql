{{ config(materialized='view', schema='marts') }}

with searches as (
    select
        event_day,
        query,
        visitor_hash,
        started_us,
        search_number,
        count(product_id) as products
    from {{ ref('int_search_products') }}
    where query is not null
    group by event_day, query, visitor_hash, started_us, search_number
),

visits as (
    select
        event_day,
        query,
        count(*) as searches,
        count(*) filter (where products = 0) as searches_without_click
    from searches
    group by event_day, query, visitor_hash, started_us
),

final as (
    select
        event_day,
        query,
        cast(sum(searches) as integer) as searches,
        cast(count(*) as integer) as sessions,
        cast(sum(searches_without_click) as integer) as searches_without_click
    from visits
    group by event_day, query
)

select * from final
