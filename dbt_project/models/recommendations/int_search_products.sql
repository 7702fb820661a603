{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='event_day',
    on_schema_change='fail'
) }}

with changed_days as (
    {{ days_to_remake() }}
),

events as (
    {{ searching_events('changed_days') }}
),

-- the same words right after each other are one search: the next page of results, or the way back to them
opened as (
    select
        *,
        event_name = 'search' and (
            query is distinct from lag(query ignore nulls) over (
                partition by event_day, visitor_hash, started_us order by ts_us, event_hash
            )
        ) as opens_search
    from events
),

numbered as (
    select
        *,
        cast(sum(case when opens_search then 1 else 0 end) over (
            partition by event_day, visitor_hash, started_us
            order by ts_us, event_hash
            rows unbounded preceding
        ) as integer) as search_number
    from opened
),

searches as (
    select * from numbered
    where opens_search and query != ''
),

-- whoever has looked at so many products since is no longer looking at the results
followed as (
    select
        *,
        event_name != 'purchase' and (
            event_name != 'product_view'
            or row_number() over (
                partition by event_day, visitor_hash, started_us, search_number, event_name
                order by ts_us, event_hash
            ) <= {{ var('recommend_search_views') }}
        ) as is_lead
    from numbered
    where event_name != 'search' and product_id is not null and search_number > 0
),

-- a purchase is owed to the last search that led to the product, however many came in between
credited as (
    select
        *,
        case
            when event_name = 'purchase' then max(case when is_lead then search_number end) over (
                partition by event_day, visitor_hash, started_us, product_id
                order by ts_us, event_hash
                rows unbounded preceding
            )
            when is_lead then search_number
        end as credited_number
    from followed
),

led_to as (
    select
        event_day,
        visitor_hash,
        started_us,
        credited_number,
        product_id,
        cast(count(*) filter (where event_name = 'product_view') as integer) as product_views,
        cast(count(*) filter (where event_name = 'add_to_cart') as integer) as add_to_carts,
        cast(count(*) filter (where event_name = 'purchase') as integer) as purchases
    from credited
    where credited_number is not null
    group by event_day, visitor_hash, started_us, credited_number, product_id
),

-- every changed day has a row, also when nobody searches on it any more
final as (
    select
        changed_days.day as event_day,
        searches.visitor_hash,
        searches.started_us,
        searches.search_number,
        searches.query,
        led_to.product_id,
        led_to.product_views,
        led_to.add_to_carts,
        led_to.purchases,
        changed_days.load_seq
    from changed_days
    left join searches on changed_days.day = searches.event_day
    left join led_to
        on
            searches.event_day = led_to.event_day
            and searches.visitor_hash = led_to.visitor_hash
            and searches.started_us = led_to.started_us
            and searches.search_number = led_to.credited_number
)

select * from final
