{{ config(materialized='view', schema='marts') }}

with sessions as (
    select * from {{ ref('int_sessions') }}
),

visitors as (
    select * from {{ ref('int_visitors') }}
),

members as not materialized (
    select * from {{ ref('int_members') }}
),

traffic_sources as (
    select * from {{ ref('traffic_sources') }}
),

named as (
    select
        sessions.*,
        md5(sessions.visitor_id || ':' || sessions.started_us) as session_id,
        coalesce(own_members.member_key, visitor_members.member_key, sessions.visitor_id) as customer_key,
        coalesce(sessions.member_hash, visitors.member_hash, sessions.visitor_hash) as customer_id,
        coalesce(sessions.started_us = visitors.first_visit_us, false) as is_new_visitor,
        {{ utm_source('sessions.landing_url') }} as first_source,
        {{ utm_medium('sessions.landing_url') }} as first_medium,
        {{ url_parameter('sessions.landing_url', 'utm_campaign') }} as first_campaign,
        {{ utm_source('sessions.last_touch_url') }} as last_source,
        {{ utm_medium('sessions.last_touch_url') }} as last_medium,
        {{ url_parameter('sessions.last_touch_url', 'utm_campaign') }} as last_campaign
    from sessions
    left join visitors on sessions.visitor_hash = visitors.visitor_hash
    left join members as own_members on sessions.member_hash = own_members.member_hash
    left join members as visitor_members on visitors.member_hash = visitor_members.member_hash
),

sourced as (
    select
        -- noqa: disable=RF02
        named.* exclude (first_source, first_medium, first_campaign, last_source, last_medium, last_campaign),
        -- noqa: enable=RF02
        {{ coalesce_source('named.first_source', 'first_known', 'named.referrer_host') }} as source,
        {{ coalesce_medium('named.first_source', 'named.first_medium', 'first_known', 'named.referrer_host') }}
            as medium,
        coalesce(named.first_campaign, '(not set)') as campaign,
        {{ known_source('first_known', 'category') }} as category,
        {{ coalesce_source('named.last_source', 'last_known', 'named.last_touch_referrer_host') }}
            as last_touch_source,
        {{ coalesce_medium(
            'named.last_source', 'named.last_medium', 'last_known', 'named.last_touch_referrer_host'
        ) }} as last_touch_medium,
        coalesce(named.last_campaign, '(not set)') as last_touch_campaign,
        {{ known_source('last_known', 'category') }} as last_touch_category
    from named
    {{ join_known_source('first_known', 'coalesce(named.first_source, named.referrer_host)') }}
    {{ join_known_source('last_known', 'coalesce(named.last_source, named.last_touch_referrer_host)') }}
),

final as (
    select
        session_id,
        visitor_id,
        customer_key,
        customer_id,
        {{ from_us('started_us') }} as started_at,
        {{ from_us('ended_us') }} as ended_at,
        session_day,
        device,
        {{ channel('source', 'medium', 'lower(campaign)', 'category') }} as channel,
        source,
        medium,
        campaign,
        landing_url,
        referrer,
        {{ channel('last_touch_source', 'last_touch_medium', 'lower(last_touch_campaign)', 'last_touch_category') }}
            as last_touch_channel,
        last_touch_source,
        last_touch_medium,
        last_touch_campaign,
        events,
        page_views,
        product_views,
        category_views,
        searches,
        add_to_carts,
        checkouts,
        orders,
        cast(revenue as double) as revenue,
        cast(refund_amount as double) as refund_amount,
        (ended_us - started_us) / 1000000.0 as dwell_seconds,
        {{ is_bounce('sourced') }} as is_bounce,
        is_new_visitor,
        is_bot,
        is_off_site
    from sourced
)

select * from final
