{{ config(materialized='view', schema='staging') }}

with decisions as (
    select * from {{ source('campaigns', 'decisions') }}
),

final as (
    select
        day,
        {{ hash63('send_id') }} as send_hash,
        send_id,
        campaign_id,
        customer_id,
        variant,
        decision,
        reason,
        {{ to_us('not_before') }} as not_before_us
    from decisions
)

select * from final
