{{ config(materialized='table', schema='marts') }}

with visitors as (
    select * from {{ ref('int_visitors') }}
),

members as not materialized (
    select * from {{ ref('int_members') }}
),

-- members that the shop told of, many of whom never came to the site
told_members as (
    select
        member_key,
        {{ member_hash('member_key') }} as member_hash
    from {{ ref('stg_landing__members') }}
),

first_visits as (
    select * from {{ ref('int_first_visits') }}
),

buyers as (
    select
        *,
        recency_score + frequency_score + monetary_score as points
    from {{ ref('int_customers__scored') }}
),

as_of as (
    select max(ended_day) as day from {{ ref('int_sessions') }}
),

-- robots are not customers; a member on somebody else's device is known by the member's own events
sightings as (
    select
        coalesce(members.member_key, visitors.visitor_id) as customer_key,
        coalesce(visitors.member_hash, visitors.visitor_hash) as customer_id,
        members.member_hash is not null as is_member,
        visitors.first_started_us as first_us,
        visitors.last_ended_us as last_us,
        1 as devices
    from visitors
    left join members on visitors.member_hash = members.member_hash
    where visitors.human_sessions > 0
    union all
    select
        member_key as customer_key,
        member_hash as customer_id,
        true as is_member,
        first_us,
        last_us,
        0 as devices
    from members
    union all
    select
        member_key as customer_key,
        member_hash as customer_id,
        true as is_member,
        null as first_us,
        null as last_us,
        0 as devices
    from told_members
),

seen as (
    select
        customer_key,
        min(customer_id) as customer_id,
        bool_or(is_member) as is_member,
        min(first_us) as first_us,
        max(last_us) as last_us,
        sum(devices) as devices
    from sightings
    group by customer_key
),

final as (
    select
        seen.customer_key,
        seen.customer_id,
        seen.is_member,
        {{ from_us('seen.first_us') }} as first_seen_at,
        {{ from_us('seen.last_us') }} as last_seen_at,
        first_visits.channel as first_channel,
        first_visits.source as first_source,
        first_visits.medium as first_medium,
        first_visits.campaign as first_campaign,
        cast(seen.devices as integer) as devices,
        cast(coalesce(buyers.orders, 0) as integer) as orders,
        cast(coalesce(buyers.revenue, 0) as double) as revenue,
        cast(coalesce(buyers.refund_amount, 0) as double) as refund_amount,
        buyers.first_order_day,
        buyers.last_order_day,
        cast(as_of.day - buyers.last_order_day as integer) as recency_days,
        buyers.recency_score,
        buyers.frequency_score,
        buyers.monetary_score,
        {{ rfm_grade('buyers.points') }} as rfm_grade,
        cast(buyers.purchase_cycle_days as double) as purchase_cycle_days,
        case
            when coalesce(buyers.orders, 0) = 0 then 'prospect'
            when
                as_of.day - buyers.last_order_day
                > greatest({{ var('customer_lapsed_days') }}, coalesce(2 * buyers.purchase_cycle_days, 0))
                then 'lapsed'
            when
                buyers.orders = 1
                and as_of.day - buyers.first_order_day <= {{ var('customer_new_days') }}
                then 'new'
            when buyers.orders = 1 then 'one_time'
            else 'returning'
        end as lifecycle
    from seen
    cross join as_of
    left join buyers on seen.customer_key = buyers.customer_key
    left join first_visits on seen.customer_id = first_visits.customer_id
)

select * from final
