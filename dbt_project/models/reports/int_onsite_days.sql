{{ config(
    materialized='incremental',
    schema='intermediate',
    incremental_strategy='replace_keys',
    unique_key='day',
    on_schema_change='fail'
) }}

with changed_days as (
    {{ days_to_remake() }}
),

events as (
    select
        session_day,
        device_group,
        {{ hash63("visitor_hash || ':' || started_us") }} as session_hash,
        case when event_name in ('banner_impression', 'banner_click') then 'banner' else 'widget' end as kind,
        {{ placement('event_name', 'properties') }} as placement,
        event_name in ('banner_click', 'widget_click') as is_click
    from (
        {{ visit_events('changed_days', ['banner_impression', 'banner_click', 'widget_impression', 'widget_click']) }}
    ) as visited
),

counted as (
    select
        session_day as day,
        coalesce(device_group, 'all') as device,
        kind,
        placement,
        count(*) filter (where not is_click) as impressions,
        count(*) filter (where is_click) as clicks,
        count(distinct session_hash) filter (where is_click) as clicked_sessions
    from events
    group by grouping sets ((session_day, kind, placement), (session_day, device_group, kind, placement))
),

-- every changed day has a row, also when nothing was shown
final as (
    select
        changed_days.day,
        counted.device,
        counted.kind,
        counted.placement,
        cast(counted.impressions as integer) as impressions,
        cast(counted.clicks as integer) as clicks,
        cast(counted.clicked_sessions as integer) as clicked_sessions,
        changed_days.load_seq
    from changed_days
    left join counted on changed_days.day = counted.day
)

select * from final
