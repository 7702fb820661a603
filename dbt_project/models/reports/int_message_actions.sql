{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    schema='intermediate',
    on_schema_change='fail'
) }}

with deliveries as not materialized (
    select * from {{ ref('stg_campaigns__deliveries') }}
    where sent_us is not null
),

clicks as (
    select * from {{ ref('int_message_clicks') }}
    where {{ in_order_days('day', back=window_reach_days() | int) }}
),

clicked as (
    select
        send_hash,
        customer_id,
        min(variant) as variant,
        min(sent_us) as sent_us,
        min(clicked_us) as clicked_us
    from clicks
    group by send_hash, customer_id
),

openings as (
    {{ events_of_customers(['message_open']) }}
),

looks as (
    {{ events_of_customers(['product_view', 'add_to_cart']) }}
),

opened as (
    select
        event_day as day,
        {{ hash63(json_text('properties', 'send_id')) }} as send_hash,
        customer_id,
        ts_us
    from openings
    where {{ json_text('properties', 'send_id') }} is not null
),

acted as (
    select
        day,
        send_hash,
        customer_id,
        variant,
        sent_us,
        'clicked' as action,
        clicked_us as ts_us
    from clicks
    where {{ in_order_days('day') }}
    union all
    select
        opened.day,
        deliveries.send_hash,
        deliveries.customer_id,
        deliveries.variant,
        deliveries.sent_us,
        'opened' as action,
        opened.ts_us
    from deliveries
    inner join opened
        on
            deliveries.send_hash = opened.send_hash
            and deliveries.customer_id = opened.customer_id
            and opened.ts_us between deliveries.sent_us and deliveries.sent_us + {{ widest_window_us() }}
    union all
    select
        looks.event_day as day,
        clicked.send_hash,
        clicked.customer_id,
        clicked.variant,
        clicked.sent_us,
        case looks.event_name when 'product_view' then 'viewed' else 'carted' end as action,
        looks.ts_us
    from looks
    inner join clicked
        on
            looks.customer_id = clicked.customer_id
            and looks.ts_us between clicked.clicked_us and clicked.sent_us + {{ widest_window_us() }}
),

final as (
    select
        day,
        send_hash,
        customer_id,
        action,
        min(variant) as variant,
        min(sent_us) as sent_us,
        min(ts_us) as acted_us
    from acted
    group by day, send_hash, customer_id, action
)

select * from final
