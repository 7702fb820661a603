{{ config(materialized='table', pre_hook="{{ bound_report_days() }}") }}

with latest as (
    select {{ last_complete_day() }} as day
),

periods as (
    select * from (
        {{ report_periods() }}
    ) as every_period
    where not is_previous
),

segments as (
    select * from {{ ref('stg_segments__segments') }}
),

members as (
    select * from {{ ref('stg_segments__members') }}
),

visitors as (
    select
        periods.period,
        coalesce(sessions.member_hash, visitors.member_hash, sessions.visitor_hash) as customer_id
    from {{ ref('int_sessions') }} as sessions
    inner join periods on sessions.session_day between periods.first_day and periods.last_day
    left join {{ ref('int_visitors') }} as visitors on sessions.visitor_hash = visitors.visitor_hash
    where
        not sessions.is_bot
        and sessions.is_off_site is not true
        and sessions.session_day >= {{ first_report_day(var('report_periods') | max | int) }}
    group by all
),

buyers as (
    select
        periods.period,
        orders.customer_id,
        count(*) as orders,
        sum(orders.revenue - orders.refund_amount) as revenue
    from {{ ref('int_customer_orders') }} as orders
    inner join periods on orders.order_day between periods.first_day and periods.last_day
    where orders.lines > 0
    group by periods.period, orders.customer_id
),

counted as (
    select
        periods.period,
        members.segment_id,
        count(*) as targets,
        count(visitors.customer_id) as visitors,
        count(buyers.customer_id) as conversions,
        sum(buyers.orders) as orders,
        sum(buyers.revenue) as revenue
    from members
    cross join periods
    left join visitors on members.customer_id = visitors.customer_id and periods.period = visitors.period
    left join buyers on members.customer_id = buyers.customer_id and periods.period = buyers.period
    group by periods.period, members.segment_id
),

final as (
    select
        periods.period,
        periods.first_day,
        periods.last_day,
        segments.segment_id,
        segments.name,
        segments.kind,
        cast(coalesce(counted.targets, 0) as bigint) as targets,
        cast(coalesce(counted.visitors, 0) as bigint) as visitors,
        cast(coalesce(counted.conversions, 0) as bigint) as conversions,
        counted.conversions / cast(counted.targets as double) as conversion_rate,
        cast(coalesce(counted.orders, 0) as bigint) as orders,
        cast(coalesce(counted.revenue, 0) as double) as revenue,
        cast(counted.revenue as double) / counted.orders as aov
    from segments
    cross join periods
    left join counted on segments.segment_id = counted.segment_id and periods.period = counted.period
)

select * from final
