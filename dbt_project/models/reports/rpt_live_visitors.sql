{{ config(materialized='table', pre_hook="{{ bound_report_days() }}") }}

with newest as (
    select max(ended_us) as ts_us from {{ ref('int_sessions') }}
),

periods as (
    {{ live_periods() }}
),

-- a visit that began on the day before may still reach into the period
sessions as (
    select
        *,
        {{ to_us('ended_at') }} as ended_us
    from {{ ref('fct_sessions') }}
    where
        not is_bot
        and is_off_site is not true
        and session_day >= {{ first_report_day((var('report_live_hours') | max | int) // 24 + 3) }}
),

visits as (
    select
        sessions.customer_key,
        periods.period,
        count(*) as visits,
        sum(sessions.page_views) as page_views,
        sum(sessions.product_views) as product_views,
        max(sessions.ended_us) as last_seen_us,
        {{ last_by('sessions.device', 'sessions.ended_us', 'sessions.session_id') }} as device,
        {{ last_by('sessions.channel', 'sessions.ended_us', 'sessions.session_id') }} as channel
    from sessions
    cross join newest
    inner join periods on sessions.ended_us >= newest.ts_us - periods.reach_us
    group by sessions.customer_key, periods.period
),

carts as (
    select
        customer_key,
        {{ last_by('product_id', 'last_added_at', 'product_id') }} as product_id,
        max(last_added_at) as last_added_at
    from {{ ref('fct_carts') }}
    group by customer_key
),

purchases as (
    select
        bought.customer_key,
        {{ last_by('bought.product_id', 'bought.ordered_at', 'bought.product_id') }} as product_id,
        max(bought.ordered_at) as ordered_at
    from {{ ref('fct_product_purchases') }} as bought
    where
        exists (
            select 1
            from visits
            where visits.customer_key = bought.customer_key
        )
    group by bought.customer_key
),

customers as (
    select * from {{ ref('dim_customers') }}
),

final as (
    select
        visits.customer_key,
        visits.period,
        cast(visits.visits as integer) as visits,
        cast(visits.page_views as integer) as page_views,
        cast(visits.product_views as integer) as product_views,
        carts.product_id as latest_cart_product,
        carts.last_added_at as latest_cart_at,
        purchases.product_id as latest_order_product,
        purchases.ordered_at as latest_order_at,
        coalesce(customers.revenue - customers.refund_amount, 0) as cumulative_spend,
        {{ from_us('visits.last_seen_us') }} as last_seen_at,
        visits.device,
        visits.channel
    from visits
    left join carts on visits.customer_key = carts.customer_key
    left join purchases on visits.customer_key = purchases.customer_key
    left join customers on visits.customer_key = customers.customer_key
)

select * from final
