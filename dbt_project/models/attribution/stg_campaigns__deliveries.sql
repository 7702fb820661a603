{{ config(materialized='view', schema='staging') }}

with messages as (
    select * from {{ source('campaigns', 'deliveries') }}
),

final as (
    select
        day,
        {{ hash63('send_id') }} as send_hash,
        send_id,
        campaign_id,
        channel,
        customer_id,
        variant,
        state,
        state in ('accepted', 'delivered') as is_reached,
        {{ to_us('not_before') }} as not_before_us,
        {{ to_us('sent_at') }} as sent_us,
        {{ to_us('final_at') }} as final_us,
        cost
    from messages
)

select * from final
