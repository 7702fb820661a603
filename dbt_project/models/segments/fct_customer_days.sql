{{ config(materialized='view', schema='marts') }}

with events as (
    select
        event_day,
        customer_id,
        event_name,
        device
    from {{ ref('fct_events') }}
    where not is_bot
),

final as (
    select
        event_day,
        customer_id,
        event_name,
        device,
        cast(count(*) as integer) as events
    from events
    group by event_day, customer_id, event_name, device
)

select * from final
