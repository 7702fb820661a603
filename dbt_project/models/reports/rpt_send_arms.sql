{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail',
    meta={'remade': 'send_days'}
) }}

{%- set before_days = var('attribution_before_days') | int -%}
{%- set after_days = var('attribution_sending_days') | int + window_reach_days() | int %}

with people as (
    select * from {{ ref('int_send_people') }}
    where {{ in_send_days('day') }}
),

orders as (
    select * from {{ ref('int_customer_orders') }}
    where lines > 0 and {{ in_send_days('order_day', back=before_days + 1, ahead=after_days) }}
),

clicks as (
    select * from {{ ref('int_message_clicks') }}
    where {{ in_send_days('day', ahead=after_days) }}
),

windows as (
    {{ attribution_windows() }}
),

-- spending before anybody was drawn: what came back later says something of the time after
spent as (
    select
        people.send_hash,
        people.customer_id,
        cast(sum(
            orders.revenue - case when orders.refunded_us < people.from_us then orders.refund_amount else 0 end
        ) as decimal(20, 4)) as before
    from people
    inner join orders
        on
            people.customer_id = orders.customer_id
            and orders.ordered_us >= people.from_us - {{ before_days * 86400000000 }}
            and people.from_us > orders.ordered_us
    group by people.send_hash, people.customer_id
),

known as (
    select
        people.*,
        cast(coalesce(spent.before, 0) as decimal(20, 4)) as before
    from people
    left join spent on people.send_hash = spent.send_hash and people.customer_id = spent.customer_id
),

bought as (
    select
        known.send_hash,
        known.customer_id,
        windows."window",
        min(known.arm) as arm,
        min(known.variant) as variant,
        min(known.before) as before,
        count(*) as orders,
        cast(sum(orders.revenue - orders.refund_amount) as decimal(20, 4)) as revenue
    from known
    inner join orders
        on
            known.customer_id = orders.customer_id
            and orders.ordered_us between known.from_us and known.from_us + {{ widest_window_us() }}
    inner join windows
        on
            {{ in_window(
                'windows.window_us', '(orders.ordered_us - known.from_us)',
                is_same_day('known.from_us', '(orders.ordered_us - known.from_us)')
            ) }}
    group by known.send_hash, known.customer_id, windows."window"
),

clicked as (
    select
        people.send_hash,
        people.arm,
        people.variant,
        windows."window",
        count(distinct people.customer_id) as clicked
    from people
    inner join clicks on people.send_hash = clicks.send_hash and people.customer_id = clicks.customer_id
    inner join windows
        on
            {{ in_window(
                'windows.window_us', '(clicks.clicked_us - clicks.sent_us)',
                is_same_day('clicks.sent_us', '(clicks.clicked_us - clicks.sent_us)')
            ) }}
    group by people.send_hash, people.arm, people.variant, windows."window"
),

{{ summed_arms('known', 'bought', 'clicked', 'windows') }}

select * from final
