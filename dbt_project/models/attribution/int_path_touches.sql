{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail'
) }}

with clicks as not materialized (  -- noqa: ST03
    select * from {{ ref('int_message_clicks') }}
    where {{ in_order_days('day') }}
),

deliveries as not materialized (  -- noqa: ST03
    select * from {{ ref('stg_campaigns__deliveries') }}
    where is_reached and sent_us is not null
),

touches as (
    {% if var('attribution_basis') == 'delivery' %}
    select
        {{ business_day('sent_us') }} as day,
        customer_id,
        send_hash,
        sent_us as touched_us
    from deliveries
    {% else %}
    select
        day,
        customer_id,
        send_hash,
        clicked_us as touched_us
    from clicks
    {% endif %}
),

final as (
    select distinct
        day,
        customer_id,
        send_hash,
        touched_us
    from touches
    where {{ in_order_days('day') }}
)

select * from final
