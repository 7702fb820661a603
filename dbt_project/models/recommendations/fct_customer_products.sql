{{ config(
    materialized='table',
    schema='marts',
    pre_hook="{{ bound_recommend_days() }}"
) }}

with latest as (
    select max(ended_day) as day from {{ ref('int_sessions') }}
),

viewed as (
    select
        events.customer_key,
        events.product_id,
        count(*) filter (where events.event_day > latest.day - {{ var('recommend_items_window_days') }}) as views,
        max(events.event_at) as last_viewed_at
    from {{ ref('fct_events') }} as events
    cross join latest
    where
        events.event_name = 'product_view'
        and events.product_id is not null
        and not events.is_bot
        -- days before the window are not even read
        and events.event_day >= {{ first_recommend_day() }}
        and events.event_day > latest.day - {{ var('recommend_window_days') }}
    group by events.customer_key, events.product_id
),

bought as (
    select
        purchases.customer_key,
        purchases.product_id,
        count(*) as purchases,
        max(purchases.ordered_at) as last_purchased_at
    from {{ ref('fct_product_purchases') }} as purchases
    cross join latest
    where purchases.event_day > latest.day - {{ var('recommend_window_days') }}
    group by purchases.customer_key, purchases.product_id
),

signs as (
    select
        customer_key,
        product_id,
        views,
        last_viewed_at,
        null as last_carted_at,
        0 as purchases,
        null as last_purchased_at
    from viewed
    union all
    select
        customer_key,
        product_id,
        0 as views,
        null as last_viewed_at,
        last_added_at as last_carted_at,
        0 as purchases,
        null as last_purchased_at
    from {{ ref('fct_carts') }}
    union all
    select
        customer_key,
        product_id,
        0 as views,
        null as last_viewed_at,
        null as last_carted_at,
        purchases,
        last_purchased_at
    from bought
),

final as (
    select
        customer_key,
        product_id,
        cast(sum(views) as integer) as views,
        cast(max(last_viewed_at) as timestamp) as last_viewed_at,
        cast(max(last_carted_at) as timestamp) as last_carted_at,
        cast(sum(purchases) as integer) as purchases,
        cast(max(last_purchased_at) as timestamp) as last_purchased_at
    from signs
    group by customer_key, product_id
)

select * from final
