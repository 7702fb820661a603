{{ config(materialized='view') }}

with sessions as not materialized (
    select * from {{ ref('int_sessions') }}
),

visitors as (
    select * from {{ ref('int_visitors') }}
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
),

-- refunds and opened or tapped messages are no visits
visits as (
    select
        visitor_hash,
        member_hash,
        min(started_us) as started_us
    from sessions
    where not is_bot and is_off_site is not true
    group by visitor_hash, member_hash
),

-- of two devices at one instant the smaller hash decides
customers as (
    select
        coalesce(visits.member_hash, visitors.member_hash, visits.visitor_hash) as customer_id,
        {{ first_by('visits.visitor_hash', 'visits.started_us', 'visits.visitor_hash') }} as visitor_hash,
        min(visits.started_us) as started_us
    from visits
    left join visitors on visits.visitor_hash = visitors.visitor_hash
    group by coalesce(visits.member_hash, visitors.member_hash, visits.visitor_hash)
),

final as (
    select
        customers.customer_id,
        customers.started_us,
        arrivals.channel,
        arrivals.source,
        arrivals.medium,
        arrivals.campaign
    from customers
    left join arrivals
        on customers.visitor_hash = arrivals.visitor_hash and customers.started_us = arrivals.started_us
)

select * from final
