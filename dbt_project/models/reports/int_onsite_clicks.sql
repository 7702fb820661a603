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

clicks as (
    select
        *,
        case when event_name = 'banner_click' then 'banner' else 'widget' end as kind,
        {{ placement('event_name', 'properties') }} as placement
    from ({{ visit_events('changed_days', ['banner_click', 'widget_click']) }}) as visited
),

-- every changed day has a row, also when nothing was clicked
final as (
    select
        changed_days.day,
        clicks.device_group as device,
        clicks.kind,
        clicks.placement,
        clicks.product_id,
        clicks.visitor_hash,
        coalesce(clicks.member_hash, clicks.session_member_hash) as member_hash,
        clicks.event_day as clicked_day,
        clicks.ts_us as clicked_us,
        clicks.ended_us as session_ended_us,
        clicks.event_hash,
        changed_days.load_seq
    from changed_days
    left join clicks on changed_days.day = clicks.session_day
)

select * from final
