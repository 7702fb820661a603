{{ config(materialized='view') }}

with decisions as (
    select * from {{ ref('stg_campaigns__decisions') }}
    where decision in ('send', 'holdout')
),

sends as (
    select * from {{ ref('stg_campaigns__sends') }}
),

final as (
    select
        decisions.day,
        decisions.send_hash,
        decisions.send_id,
        decisions.campaign_id,
        decisions.customer_id,
        decisions.decision as arm,
        case when decisions.decision = 'send' then decisions.variant end as variant,
        coalesce(decisions.not_before_us, sends.planned_us) as from_us
    from decisions
    inner join sends on decisions.send_hash = sends.send_hash
)

select * from final
