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

traffic_sources as (
    select * from {{ ref('traffic_sources') }}
),

visits as (
    {{ visits_of('changed_days') }}
),

arrivals as (
    {{ with_arrival('visits') }}
),

counted as (
    select
        session_day as day,
        coalesce(device_group, 'all') as device,
        source,
        channel,
        count(*) as sessions
    from arrivals
    group by grouping sets ((session_day, source, channel), (session_day, device_group, source, channel))
),

-- a source is named with the channel that most of its visits came by
sources as (
    select
        day,
        device,
        source,
        sum(sessions) as sessions,
        {{ last_by('channel', 'sessions', 'channel') }} as channel
    from counted
    group by day, device, source
),

-- the shop's own pages are no source either: whoever tags a link between them did not come from elsewhere
ranked as (
    select
        *,
        row_number() over (partition by day, device order by sessions desc, source asc) as rank
    from sources
    where source not in ({{ own_sources() }})
),

totals as (
    select
        day,
        device,
        sum(sessions) as sessions
    from sources
    group by day, device
),

-- every changed day has a row, also when nobody came from anywhere
final as (
    select
        changed_days.day,
        ranked.device,
        cast(ranked.rank as integer) as rank,
        ranked.source,
        ranked.channel,
        cast(ranked.sessions as integer) as sessions,
        ranked.sessions / cast(totals.sessions as double) as share,
        changed_days.load_seq
    from changed_days
    left join ranked on changed_days.day = ranked.day and ranked.rank <= {{ var('report_referrers') }}
    left join totals on ranked.day = totals.day and ranked.device = totals.device
)

select * from final
