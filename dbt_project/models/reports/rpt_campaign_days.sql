{{ config(materialized='view') }}

with hours as (
    select * from {{ ref('int_send_hours') }}
),

final as (
    select
        happened_day as day,
        campaign_id,
        channel,
        variant,
        "window",
        {% for figure in ['messages', 'accepted', 'opened', 'clicked', 'clicks', 'ordered', 'orders'] -%}
        cast(sum({{ figure }}) as bigint) as {{ figure }},
        {% endfor -%}
        cast(sum(revenue) as double) as revenue,
        cast(sum(cost) as double) as cost
    from hours
    group by happened_day, campaign_id, channel, variant, "window"
)

select * from final
