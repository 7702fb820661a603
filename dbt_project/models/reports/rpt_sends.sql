{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail',
    meta={'remade': 'send_days'}
) }}

{%- set told = ['opened', 'clicked', 'clicks', 'viewed', 'carted', 'ordered', 'sign_ups', 'orders'] %}
{%- set amounts = ['gross_revenue', 'refund_amount', 'revenue'] %}

with sends as (
    select * from {{ ref('int_sends') }}
    where {{ in_send_days('day') }}
),

windows as (
    {{ attribution_windows() }}
),

deliveries as (
    {{ messages_of_send_days() }}
),

variants as (
    select
        send_hash,
        variant,
        count(*) as messages,
        count(*) filter (where is_reached) as accepted,
        {% for state in ['delivered', 'failed', 'unknown', 'cancelled', 'expired'] -%}
        count(*) filter (where state = '{{ state }}') as {{ state }},
        {% endfor -%}
        sum(cast(cost as decimal(18, 4))) as cost,
        min(sent_us) as first_sent_us,
        max(sent_us) as last_sent_us
    from deliveries
    group by send_hash, variant
),

-- the last message of all variants: they are compared over the same time
last_messages as (
    select
        send_hash,
        max(last_sent_us) as last_sent_us,
        sum(messages - accepted - failed - unknown - cancelled - expired) as waiting
    from variants
    group by send_hash
),

happened as (
    select
        send_id,
        variant,
        "window",
        {% for figure in told + amounts -%}
        sum({{ figure }}) as {{ figure }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_send_hours') }}
    where {{ in_send_days('day') }}
    group by send_id, variant, "window"
),

-- a send that met nobody stands here too
timed as (
    select
        sends.*,
        windows."window",
        {{ closes_us('windows.window_us', 'last_messages.last_sent_us') }} as closes_us,
        sends.state not in ('finished', 'cancelled', 'expired') or coalesce(last_messages.waiting, 0) > 0 as is_going_on
    from sends
    cross join windows
    left join last_messages on sends.send_hash = last_messages.send_hash
),

final as (
    select
        timed.day,
        timed.send_id,
        timed.campaign_id,
        timed.campaign_name,
        timed.channel,
        timed.advertising,
        timed.substitute_of,
        variants.variant,
        {{ from_us('timed.planned_us') }} as planned_at,
        {{ from_us('variants.first_sent_us') }} as first_sent_at,
        {{ from_us('variants.last_sent_us') }} as last_sent_at,
        timed."window",
        timed."window" = timed.attribution_window as is_default_window,
        {{ from_us('timed.closes_us') }} as closes_at,
        timed.is_going_on or coalesce(timed.closes_us >= {{ known_until_us() }}, false) as is_collecting,
        coalesce(variants.messages, 0) as messages,
        coalesce(variants.accepted, 0) as accepted,
        {% for state in ['delivered', 'failed', 'unknown'] -%}
        coalesce(variants.{{ state }}, 0) as {{ state }},
        {% endfor -%}
        coalesce(
            variants.messages - variants.accepted - variants.failed - variants.unknown
            - variants.cancelled - variants.expired, 0
        ) as waiting,
        coalesce(variants.cancelled, 0) as cancelled,
        coalesce(variants.expired, 0) as expired,
        cast(coalesce(variants.cost, 0) as double) as cost
        {%- for figure in told %},
        cast(coalesce(happened.{{ figure }}, 0) as bigint) as {{ figure }}
        {%- endfor %}
        {%- for figure in amounts %},
        cast(coalesce(happened.{{ figure }}, 0) as double) as {{ figure }}
        {%- endfor %}
    from timed
    left join variants on timed.send_hash = variants.send_hash
    left join happened
        on
            timed.send_id = happened.send_id
            and timed."window" = happened."window"
            and variants.variant is not distinct from happened.variant
)

select * from final
