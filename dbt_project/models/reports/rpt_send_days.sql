{{ config(materialized='view') }}

with sends as (
    select * from {{ ref('rpt_sends') }}
),

-- the campaign as it was at its last send of the day: its window too, so that each day has one by default
summed as (
    select
        day,
        campaign_id,
        {{ last_by('campaign_name', 'planned_at', 'send_id') }} as campaign_name,
        channel,
        "window",
        {{ last_by('is_default_window', 'planned_at', 'send_id') }} as is_default_window,
        bool_or(is_collecting) as is_collecting,
        {{ sums_of_sends() }}
    from sends
    group by day, campaign_id, channel, "window"
),

final as (
    select
        day,
        campaign_id,
        campaign_name,
        channel,
        "window",
        is_default_window,
        is_collecting,
        messages,
        accepted,
        delivered,
        failed,
        {{ ratio('accepted', 'messages') }} as success_rate,
        {{ ratio('failed', 'messages') }} as failure_rate,
        opened,
        {{ open_rate() }} as open_rate,
        clicked,
        {{ ratio('clicked', 'accepted') }} as click_rate,
        ordered,
        orders,
        {{ ratio('ordered', 'accepted') }} as conversion_rate,
        revenue,
        cost
    from summed
)

select * from final
