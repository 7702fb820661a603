{{ config(materialized='view', schema='marts') }}

with credits as not materialized (
    select * from {{ ref('int_credits') }}
    where conversion = 'order'
),

divided as (
    {% for model in ['last_touch', 'first_touch', 'linear', 'position', 'time_decay'] %}
    select
        *,
        '{{ model }}' as model,
        {{ units_reached(model, 'place', 'touches', 'decay_units') }}
        {%- if model == 'time_decay' %}
        - coalesce(lag({{ units_reached(model, 'place', 'touches', 'decay_units') }}) over (
            partition by day, conversion_hash, "window" order by place
        ), 0) as units
        {%- else %}
        - {{ units_reached(model, '(place - 1)', 'touches', 'decay_units') }} as units
        {%- endif %}
    from credits
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

orders as (
    select * from {{ ref('int_customer_orders') }}
),

sends as (
    select * from {{ ref('int_sends') }}
),

final as (
    select
        divided.day,
        sends.send_id,
        sends.campaign_id,
        sends.channel,
        divided.variant,
        divided.customer_id,
        orders.order_id,
        {{ from_us('divided.converted_us') }} as ordered_at,
        {{ from_us('divided.sent_us') }} as sent_at,
        {{ from_us('divided.touched_us') }} as touched_at,
        divided.lag_us / 1000000.0 as lag_seconds,
        divided.matched_by,
        divided."window",
        divided.model,
        {{ credit_of('divided.units') }} as credit,
        {{ credit_of('divided.units') }} * cast(orders.revenue - orders.refund_amount as double) as revenue,
        {{ credit_of('divided.units') }} * cast(orders.revenue as double) as gross_revenue,
        {{ credit_of('divided.units') }} * cast(orders.refund_amount as double) as refund_amount
    from divided
    inner join orders on divided.conversion_hash = orders.order_hash and divided.day = orders.order_day
    inner join sends on divided.send_hash = sends.send_hash
    where divided.units > 0
)

select * from final
