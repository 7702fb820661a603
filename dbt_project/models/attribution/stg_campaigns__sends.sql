{{ config(materialized='view', schema='staging') }}

with sends as (
    select * from {{ source('campaigns', 'sends') }}
),

final as (
    select
        day,
        {{ hash63('send_id') }} as send_hash,
        send_id,
        campaign_id,
        campaign_name,
        channel,
        advertising,
        coalesce(attribution_window, '7d') as attribution_window,
        utm_campaign,
        substitute_of,
        {{ to_us('planned_at') }} as planned_us,
        {{ to_us('started_at') }} as started_us,
        {{ to_us('finished_at') }} as finished_us,
        state
    from sends
)

select * from final
