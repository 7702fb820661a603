{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    schema='intermediate',
    on_schema_change='fail',
    meta={'remade': 'send_days'}
) }}

{%- set counts = ['messages', 'accepted', 'opened', 'clicked', 'clicks', 'viewed', 'carted', 'ordered', 'sign_ups'] %}
{%- set counts = counts + ['orders', 'sent_clicked', 'sent_ordered'] %}
{%- set amounts = ['cost', 'gross_revenue', 'refund_amount', 'revenue', 'sent_revenue'] %}

with sends as (
    select * from {{ ref('int_sends') }}
    where {{ in_send_days('day') }}
),

windows as (
    {{ attribution_windows() }}
),

orders as (
    select * from {{ ref('int_customer_orders') }}
    where lines > 0 and {{ in_send_days('order_day', ahead=send_reach_days() | int) }}
),

-- what did not go out stands where it might have; few quarters of an hour, so that only these are looked up in the zone
messages as (
    select
        deliveries.send_hash,
        deliveries.variant,
        {{ quarter_us('coalesce(deliveries.sent_us, deliveries.not_before_us, sends.planned_us)') }} as at_us,
        count(*) as messages,
        count(*) filter (where deliveries.is_reached) as accepted,
        sum(cast(deliveries.cost as decimal(18, 4))) as cost
    from ({{ messages_of_send_days() }}) as deliveries
    inner join sends on deliveries.send_hash = sends.send_hash
    group by
        deliveries.send_hash, deliveries.variant,
        {{ quarter_us('coalesce(deliveries.sent_us, deliveries.not_before_us, sends.planned_us)') }}
),

-- a person's first of each kind after a message, and every click
acted as (
    select
        send_hash,
        min(variant) as variant,
        min(sent_us) as sent_us,
        min(acted_us) as acted_us,
        action as figure
    from {{ ref('int_message_actions') }}
    where {{ in_send_days('day', ahead=send_reach_days() | int) }}
    group by send_hash, customer_id, action
    union all
    select
        send_hash,
        variant,
        sent_us,
        clicked_us as acted_us,
        'clicks' as figure
    from {{ ref('int_message_clicks') }}
    where {{ in_send_days('day', ahead=send_reach_days() | int) }}
),

acted_inside as (
    select
        acted.*,
        windows."window"
    from acted
    inner join windows on {{ within_window('windows.window_us', 'acted.sent_us', 'acted.acted_us') }}
),

-- last touch; who orders twice is counted at the first order
converted as (
    select
        credits.*,
        orders.revenue,
        orders.refund_amount,
        credits.conversion = 'order' and row_number() over (
            partition by credits.conversion, credits.send_hash, credits.customer_id, credits."window"
            order by credits.converted_us, credits.conversion_hash
        ) = 1 as is_first_order
    from {{ ref('int_credits') }} as credits
    left join orders
        on
            credits.conversion = 'order'
            and credits.conversion_hash = orders.order_hash
            and credits.day = orders.order_day
    where
        credits.place = credits.touches
        and (credits.conversion = 'sign_up' or orders.order_hash is not null)
        and {{ in_send_days('credits.day', ahead=send_reach_days() | int) }}
),

figures as (
    {{ send_hour_figures(counts + amounts, 'messages', 'acted_inside', 'converted', 'windows') }}
),

final as (
    select
        sends.day,
        sends.send_id,
        sends.campaign_id,
        sends.channel,
        figures.variant,
        figures."window",
        {{ business_day('figures.at_us') }} as happened_day,
        {{ business_hour('figures.at_us') }} as hour
        {%- for figure in counts + amounts %},
        cast(sum(figures.{{ figure }}) as {{ 'bigint' if figure in counts else 'decimal(18, 4)' }}) as {{ figure }}
        {%- endfor %}
    from figures
    inner join sends on figures.send_hash = sends.send_hash
    group by
        sends.day, sends.send_id, sends.campaign_id, sends.channel, figures.variant, figures."window",
        {{ business_day('figures.at_us') }}, {{ business_hour('figures.at_us') }}
)

select * from final
