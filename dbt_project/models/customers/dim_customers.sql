{{ config(materialized='table', schema='marts') }}

with visitors as (
    select * from {{ ref('int_visitors') }}
),

members as not materialized (
    select * from {{ ref('int_members') }}
),

orders as not materialized (
    select * from {{ ref('int_customer_orders') }}
),

as_of as (
    select max(ended_day) as day from {{ ref('int_sessions') }}
),

-- robots are not customers; a member on somebody else's device is known by the member's own events
sightings as (
    select
        coalesce(members.member_key, visitors.visitor_id) as customer_key,
        visitors.first_started_us as first_us,
        visitors.last_ended_us as last_us,
        1 as devices
    from visitors
    left join members on visitors.member_hash = members.member_hash
    where visitors.human_sessions > 0
    union all
    select
        member_key as customer_key,
        first_us,
        last_us,
        0 as devices
    from members
),

seen as (
    select
        customer_key,
        min(first_us) as first_us,
        max(last_us) as last_us,
        sum(devices) as devices
    from sightings
    group by customer_key
),

order_days as (
    select distinct
        customer_key,
        order_day
    from orders
    where lines > 0
),

cycles as (
    select
        customer_key,
        median(gap_days) as purchase_cycle_days
    from (
        select
            customer_key,
            order_day - lag(order_day) over (partition by customer_key order by order_day) as gap_days
        from order_days
    ) as gaps
    where gap_days is not null
    group by customer_key
),

bought as (
    select
        customer_key,
        count(*) filter (where lines > 0) as orders,
        sum(revenue) as revenue,
        sum(refund_amount) as refund_amount,
        min(order_day) as first_order_day,
        max(order_day) as last_order_day
    from orders
    group by customer_key
),

scored as (
    select
        customer_key,
        {{ quintile('last_order_day') }} as recency_score,
        {{ quintile('orders') }} as frequency_score,
        {{ quintile('revenue - refund_amount') }} as monetary_score
    from bought
    where orders > 0
),

final as (
    select
        seen.customer_key,
        {{ from_us('seen.first_us') }} as first_seen_at,
        {{ from_us('seen.last_us') }} as last_seen_at,
        cast(seen.devices as integer) as devices,
        cast(coalesce(bought.orders, 0) as integer) as orders,
        cast(coalesce(bought.revenue, 0) as double) as revenue,
        cast(coalesce(bought.refund_amount, 0) as double) as refund_amount,
        bought.first_order_day,
        bought.last_order_day,
        cast(as_of.day - bought.last_order_day as integer) as recency_days,
        cast(scored.recency_score as integer) as recency_score,
        cast(scored.frequency_score as integer) as frequency_score,
        cast(scored.monetary_score as integer) as monetary_score,
        case
            when scored.customer_key is null then null
            when scored.recency_score + scored.frequency_score + scored.monetary_score >= 13 then 'VIP'
            when scored.recency_score + scored.frequency_score + scored.monetary_score >= 10 then 'GOLD'
            when scored.recency_score + scored.frequency_score + scored.monetary_score >= 7 then 'SILVER'
            else 'BRONZE'
        end as rfm_grade,
        cast(cycles.purchase_cycle_days as double) as purchase_cycle_days,
        case
            when coalesce(bought.orders, 0) = 0 then 'prospect'
            when
                as_of.day - bought.last_order_day
                > greatest({{ var('customer_lapsed_days') }}, coalesce(2 * cycles.purchase_cycle_days, 0))
                then 'lapsed'
            when
                bought.orders = 1
                and as_of.day - bought.first_order_day <= {{ var('customer_new_days') }}
                then 'new'
            when bought.orders = 1 then 'one_time'
            else 'returning'
        end as lifecycle
    from seen
    cross join as_of
    left join bought on seen.customer_key = bought.customer_key
    left join scored on seen.customer_key = scored.customer_key
    left join cycles on seen.customer_key = cycles.customer_key
)

select * from final
