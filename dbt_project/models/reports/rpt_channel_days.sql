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
        {{ sums_of_sends() }}
    from sends
    group by day, channel, "window"
)

select * from final
