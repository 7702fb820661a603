{{ config(materialized='view') }}

with hours as (
    select * from {{ ref('int_send_hours') }}
),

final as (
    select
        happened_day as day,
        hour,
        campaign_id,
        channel,
        variant,
        "window",
        {% for figure in ['messages', 'clicks', 'orders'] -%}
        cast(sum({{ figure }}) as bigint) as {{ figure }},
        {% endfor -%}
        cast(sum(revenue) as double) as revenue,
        cast(sum(sent_clicked) as bigint) as sent_clicked,
        cast(sum(sent_ordered) as bigint) as sent_ordered,
        cast(sum(sent_revenue) as double) as sent_revenue
    from hours
    group by happened_day, hour, campaign_id, channel, variant, "window"
)

select * from final
