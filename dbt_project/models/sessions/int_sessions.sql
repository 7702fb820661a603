{{ config(
    materialized='incremental',
    incremental_strategy='replace_blocks',
    on_schema_change='fail'
) }}

with counted as (
    select * from {{ ref('int_sessions__counted') }}
    {% if is_incremental() %}
    where load_seq > {{ seen_load_seq() }}
    {% endif %}
),

events as not materialized (
    select * from {{ ref('stg_landing__events') }}
),

entries as (
    select
        counted.*,
        events.visitor_id,
        events.url as landing_url,
        events.referrer,
        events.referrer_host,
        events.user_agent,
        events.device as device_given
    from counted
    inner join events
        on counted.entry_hash = events.event_hash and counted.started_us = events.ts_us
),

-- a session seldom has a touch after its entry; only those look the event up
last_touches as (
    select
        counted.visitor_hash,
        counted.started_us,
        events.url as last_touch_url,
        events.referrer_host as last_touch_referrer_host
    from counted
    inner join events
        on counted.last_touch_hash = events.event_hash and counted.last_touch_us = events.ts_us
    where counted.last_touch_us > counted.started_us
),

agents as (
    select
        user_agent,
        {{ device_of('user_agent') }} as device,
        exists(
            select 1
            from {{ ref('bot_user_agents') }} as bots
            where {{ matches('lower(user_agent)', 'bots.pattern') }}
        ) as is_bot
    from (
        -- a day asks for its own agents, a full refresh for all without holding the entries in memory
        select distinct user_agent
        from {{ 'entries' if is_incremental() else 'events' }}
        where user_agent is not null
    ) as distinct_agents
),

final as (
    select
        entries.visitor_hash,
        entries.visitor_id,
        entries.member_hash,
        entries.block_started_us,
        entries.block_ended_us,
        entries.started_us,
        entries.ended_us,
        {{ business_day('entries.started_us') }} as session_day,
        {{ business_day('entries.ended_us') }} as ended_day,
        coalesce(entries.device_given, agents.device, 'pc') as device,
        entries.user_agent,
        entries.landing_url,
        entries.referrer,
        entries.referrer_host,
        coalesce(last_touches.last_touch_url, entries.landing_url) as last_touch_url,
        case
            when last_touches.started_us is null then entries.referrer_host
            else last_touches.last_touch_referrer_host
        end as last_touch_referrer_host,
        cast(entries.events as integer) as events,
        -- a source that counts page loads sends page_view for each; one that does not sends only what was looked at
        cast(greatest(
            entries.page_events, entries.product_views + entries.category_views + entries.searches
        ) as integer) as page_views,
        cast(entries.product_views as integer) as product_views,
        cast(entries.category_views as integer) as category_views,
        cast(entries.searches as integer) as searches,
        cast(entries.add_to_carts as integer) as add_to_carts,
        cast(entries.checkouts as integer) as checkouts,
        cast(entries.orders as integer) as orders,
        cast(entries.revenue as decimal(18, 4)) as revenue,
        cast(entries.refund_amount as decimal(18, 4)) as refund_amount,
        coalesce(agents.is_bot, false) or (
            entries.page_events + entries.product_views >= {{ var('bot_min_views') }}
            and entries.add_to_carts + entries.checkouts + entries.orders + entries.logins = 0
            and (entries.ended_us - entries.started_us) / 1000000.0
            <= {{ var('bot_max_seconds_per_view') }} * (entries.page_events + entries.product_views)
        ) as is_bot,
        -- a refund is booked and a message read without anybody being on the site
        entries.off_site_events = entries.events as is_off_site,
        entries.load_seq
    from entries
    left join agents on entries.user_agent = agents.user_agent
    left join last_touches
        on entries.visitor_hash = last_touches.visitor_hash and entries.started_us = last_touches.started_us
)

select * from final
