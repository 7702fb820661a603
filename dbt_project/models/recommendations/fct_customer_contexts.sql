{{ config(
    materialized='table',
    schema='marts',
    pre_hook="{{ bound_recommend_days() }}"
) }}

with latest as (
    select max(ended_day) as day from {{ ref('int_sessions') }}
),

products as (
    select
        product_id,
        category_path
    from {{ ref('stg_landing__products') }}
    where category_path is not null
),

categories as (
    select distinct {{ category_levels('paths.category_path') }} as category_id
    from (select distinct category_path from products) as paths
),

-- one kind of page for each kind of context; what does not say what was looked at is none
pages as (
    select
        events.customer_key,
        events.event_name,
        events.event_at,
        events.event_id,
        events.product_id,
        categories.category_id,
        {{ search_text('events.query') }} as query
    from {{ ref('fct_events') }} as events
    cross join latest
    left join categories on events.category_id = categories.category_id
    where
        events.event_name in ('product_view', 'category_view', 'search')
        and not events.is_bot
        -- days before the window are not even read
        and events.event_day >= {{ first_recommend_day() }}
        and events.event_day > latest.day - {{ var('recommend_window_days') }}
),

last_pages as (
    select
        customer_key,
        {{ last_by('product_id', 'event_at', 'event_id') }}
            filter (where event_name = 'product_view' and product_id is not null) as last_product_id,
        max(event_at) filter (where event_name = 'product_view' and product_id is not null) as last_product_at,
        {{ last_by('category_id', 'event_at', 'event_id') }}
            filter (where event_name = 'category_view' and category_id is not null) as last_category_id,
        max(event_at) filter (where event_name = 'category_view' and category_id is not null) as last_category_at,
        {{ last_by('query', 'event_at', 'event_id') }}
            filter (where event_name = 'search' and query is not null) as last_query,
        max(event_at) filter (where event_name = 'search' and query is not null) as last_query_at
    from pages
    group by customer_key
),

-- a product looked at is a look at its category too
placed as (
    select
        last_pages.*,
        products.category_path,
        products.category_path is not null
        and (last_pages.last_category_at is null or last_pages.last_product_at >= last_pages.last_category_at)
            as is_by_product
    from last_pages
    left join products on last_pages.last_product_id = products.product_id
),

final as (
    select
        customer_key,
        last_product_id,
        last_product_at,
        case when is_by_product then category_path else last_category_id end as last_category_id,
        case when is_by_product then last_product_at else last_category_at end as last_category_at,
        last_query,
        last_query_at
    from placed
    where coalesce(last_product_id, last_category_id, last_query) is not null
)

select * from final
