{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail'
) }}

with orders as (
    select * from {{ ref('int_customer_orders') }}
    where lines > 0 and {{ in_order_days('order_day') }}
),

sign_ups as (
    {{ events_of_customers(['sign_up']) }}
),

conversions as (
    select
        order_day as day,
        'order' as conversion,
        order_hash as conversion_hash,
        customer_id,
        ordered_us as converted_us
    from orders
    union all
    select
        event_day as day,
        'sign_up' as conversion,
        event_hash as conversion_hash,
        customer_id,
        ts_us as converted_us
    from sign_ups
),

-- names a send by its hash only where it met a conversion: hashing the text of every message costs more than the join
sends as (  -- noqa: ST03
    select * from {{ ref('stg_campaigns__sends') }}
),

deliveries as not materialized (  -- noqa: ST03
    select * from {{ ref('stg_campaigns__deliveries') }}
    where sent_us is not null
),

clicks as not materialized (
    select * from {{ ref('int_message_clicks') }}
    where {{ in_order_days('day', back=window_reach_days() | int) }}
),

{% if var('attribution_basis') == 'delivery' %}
-- a message that was clicked has arrived, whatever the vendor said
arrived as not materialized (
    select * from deliveries
    where is_reached
    union all
    select deliveries.*
    from deliveries
    semi join clicks on deliveries.send_hash = clicks.send_hash and deliveries.customer_id = clicks.customer_id
    where not deliveries.is_reached
),

touches as (
    select
        conversions.*,
        sends.send_hash,
        arrived.variant,
        arrived.sent_us,
        arrived.sent_us as touched_us,
        'delivery' as matched_by
    from arrived
    inner join conversions
        on
            arrived.customer_id = conversions.customer_id
            and arrived.sent_us
            between conversions.converted_us - {{ widest_window_us() }} and conversions.converted_us
    inner join sends on arrived.send_id = sends.send_id
),
{% else %}
touches as (
    select
        conversions.day,
        conversions.conversion,
        conversions.conversion_hash,
        conversions.customer_id,
        conversions.converted_us,
        clicks.send_hash,
        min(clicks.variant) as variant,
        min(clicks.sent_us) as sent_us,
        max(clicks.clicked_us) as touched_us,
        {{ last_by('clicks.matched_by', 'clicks.clicked_us', 'clicks.click_hash') }} as matched_by
    from clicks
    inner join conversions
        on
            clicks.customer_id = conversions.customer_id
            and clicks.sent_us >= conversions.converted_us - {{ widest_window_us() }}
            and clicks.clicked_us <= conversions.converted_us
    group by
        conversions.day, conversions.conversion, conversions.conversion_hash, conversions.customer_id,
        conversions.converted_us, clicks.send_hash
),
{% endif %}

final as (
    select
        *,
        converted_us - sent_us as lag_us,
        {{ is_same_day('sent_us', '(converted_us - sent_us)') }} as is_same_day
    from touches
)

select * from final
