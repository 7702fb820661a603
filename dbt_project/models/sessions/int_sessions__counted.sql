{{ config(
    materialized='incremental',
    incremental_strategy='replace_blocks',
    on_schema_change='fail',
    pre_hook="{{ bound_affected_events() }}"
) }}

{% set gap_us = var('session_gap_minutes') | int * 60 * 1000000 %}

with events as not materialized (
    select * from {{ ref('stg_landing__events') }}
),

{% if is_incremental() %}
windows as (
    {{ recomputed_windows('events', gap_us) }}
),

{% endif %}
affected as (
    select
        visitor_hash,
        ts_us,
        event_hash,
        cast(event_name as {{ event_name_type() }}) as event_name,
        is_touch,
        member_hash,
        case when event_name in ('purchase', 'refund') then cast(price * quantity as decimal(18, 4)) end as amount,
        {% if var('new_campaign_breaks_session') %}
        case when is_touch then {{ campaign_name('url') }} end as campaign,
        {% endif %}
        case when event_name = 'purchase' then {{ hash63(order_of_visitor('order_id', 'ts_us')) }} end as order_hash
    from events
    {% if is_incremental() %}
    where
        ts_us between {{ affected_from_us() }} and {{ affected_to_us() }}
        and exists (
            select 1
            from windows
            where
                windows.visitor_hash = events.visitor_hash
                and events.ts_us between windows.started_us and windows.ended_us
        )
    {% endif %}
),

-- a block is a run of events without a longer silence; a silence of exactly the gap still belongs to it
gapped as (
    select
        *,
        coalesce(
            ts_us - lag(ts_us) over (partition by visitor_hash order by ts_us, event_hash) > {{ gap_us }}, true
        ) as opens_block
    from affected
),

blocked as (
    select
        *,
        sum(case when opens_block then 1 else 0 end) over (
            partition by visitor_hash order by ts_us, event_hash rows unbounded preceding
        ) as block_number
    from gapped
),

numbered as (
    {% if var('new_campaign_breaks_session') %}
    {{ numbered_by_campaigns('blocked') }}
    {% else %}
    select
        *,
        opens_block as opens_session,
        block_number as session_number
    from blocked
    {% endif %}
),

counted as (
    select
        visitor_hash,
        block_number,
        session_number,
        min(ts_us) as started_us,
        max(ts_us) as ended_us,
        count(*) as events,
        count(*) filter (where event_name in ('refund', 'message_open', 'message_click')) as off_site_events,
        count(*) filter (where event_name = 'page_view') as page_events,
        count(*) filter (where event_name = 'product_view') as product_views,
        count(*) filter (where event_name = 'category_view') as category_views,
        count(*) filter (where event_name = 'search') as searches,
        count(*) filter (where event_name = 'add_to_cart') as add_to_carts,
        count(*) filter (where event_name = 'begin_checkout') as checkouts,
        count(*) filter (where event_name in ('login', 'sign_up')) as logins,
        count(distinct order_hash) as orders,
        coalesce(sum(amount) filter (where event_name = 'purchase'), 0) as revenue,
        coalesce(sum(amount) filter (where event_name = 'refund'), 0) as refund_amount,
        max(event_hash) filter (where opens_session) as entry_hash,
        {{ first_by('member_hash', 'ts_us', 'event_hash') }} filter (where member_hash is not null) as member_hash,
        max(ts_us) filter (where is_touch) as last_touch_us,
        {{ last_by('event_hash', 'ts_us', 'event_hash') }} filter (where is_touch) as last_touch_hash,
        (select max(events.load_seq) from events) as load_seq
    from numbered
    group by visitor_hash, block_number, session_number
),

final as (
    select
        *,
        {% if var('new_campaign_breaks_session') %}
        min(started_us) over (partition by visitor_hash, block_number) as block_started_us,
        max(ended_us) over (partition by visitor_hash, block_number) as block_ended_us
        {% else %}
        started_us as block_started_us,
        ended_us as block_ended_us
        {% endif %}
    from counted
)

select * from final
