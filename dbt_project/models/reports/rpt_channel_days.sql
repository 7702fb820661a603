{{ config(materialized='view') }}

with sends as (
    select * from {{ ref('rpt_sends') }}
),

final as (
    select
        day,
        channel,
        "window",
        bool_or(is_collecting) as is_collecting,
        count(distinct campaign_id) as campaigns,
        count(distinct send_id) as sends,
        {% for figure in ['messages', 'accepted', 'delivered', 'failed', 'opened', 'clicked', 'ordered', 'orders'] -%}
        cast(sum({{ figure }}) as bigint) as {{ figure }},
        {% endfor -%}
        {{ exact_sum('revenue') }} as revenue,
        {{ exact_sum('cost') }} as cost
    from sends
    group by day, channel, "window"
)

select * from final
