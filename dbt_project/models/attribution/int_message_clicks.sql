{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail'
) }}

-- Messages of the days before are among the deliveries at hand, and their clicks are found again: whether a visit
-- counts depends on them.
with deliveries as not materialized (
    select * from {{ ref('stg_campaigns__deliveries') }}
    where sent_us is not null
),

sends as (
    select * from {{ ref('stg_campaigns__sends') }}
),

events as (
    {{ events_of_customers(['message_click'], back=window_reach_days() | int) }}
),

coded as (
    select
        *,
        {{ hash63(json_text('properties', 'send_id')) }} as send_hash
    from events
    where {{ json_text('properties', 'send_id') }} is not null
),

clicks_by_code as (
    select
        coded.event_day as day,
        deliveries.send_hash,
        deliveries.customer_id,
        deliveries.variant,
        deliveries.sent_us,
        coded.ts_us as clicked_us,
        coded.event_hash as click_hash,
        'click_id' as matched_by
    from deliveries
    inner join coded
        on
            deliveries.send_hash = coded.send_hash
            and deliveries.customer_id = coded.customer_id
            and coded.ts_us between deliveries.sent_us and deliveries.sent_us + {{ widest_window_us() }}
),

-- visits whose code got lost but that name the campaign
visits as (
    select
        visits.*,
        sends.send_hash
    from {{ ref('int_campaign_visits') }} as visits
    inner join sends on visits.utm_campaign = sends.utm_campaign
    where {{ in_order_days('visits.day') }}
),

last_messages as (
    select
        visits.visitor_hash,
        visits.started_us,
        min(visits.day) as day,
        min(visits.customer_id) as customer_id,
        {{ last_by('deliveries.send_hash', 'deliveries.sent_us', 'deliveries.send_hash') }} as send_hash,
        {{ last_by('deliveries.variant', 'deliveries.sent_us', 'deliveries.send_hash') }} as variant,
        max(deliveries.sent_us) as sent_us
    from deliveries
    inner join visits
        on
            deliveries.send_hash = visits.send_hash
            and deliveries.customer_id = visits.customer_id
            and visits.started_us between deliveries.sent_us and deliveries.sent_us + {{ widest_window_us() }}
    where deliveries.is_reached
    group by visits.visitor_hash, visits.started_us
),

clicks_by_utm as (
    select
        last_messages.day,
        last_messages.send_hash,
        last_messages.customer_id,
        last_messages.variant,
        last_messages.sent_us,
        last_messages.started_us as clicked_us,
        last_messages.visitor_hash as click_hash,
        'utm' as matched_by
    from last_messages
    where
        not exists (
            select 1
            from clicks_by_code
            where
                clicks_by_code.send_hash = last_messages.send_hash
                and clicks_by_code.customer_id = last_messages.customer_id
                and clicks_by_code.clicked_us <= last_messages.started_us
        )
),

final as (
    select * from clicks_by_code
    where {{ in_order_days('day') }}
    union all
    select * from clicks_by_utm
)

select * from final
