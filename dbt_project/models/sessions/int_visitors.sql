{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='visitor_hash',
    on_schema_change='fail'
) }}

with sessions as not materialized (
    select * from {{ ref('int_sessions') }}
),

{% if is_incremental() %}
touched as (
    select distinct visitor_hash
    from sessions
    where load_seq > {{ seen_load_seq() }}
),
{% endif %}

summed as (
    select
        sessions.visitor_hash,
        max(sessions.load_seq) as load_seq,
        min(sessions.started_us) as first_started_us,
        -- robots pass by, refunds and messages need nobody: the first real visit makes the newcomer
        min(sessions.started_us) filter (where not sessions.is_bot and sessions.is_off_site is not true)
            as first_visit_us,
        max(sessions.ended_us) as last_ended_us,
        count(*) as sessions,
        count(*) filter (where not sessions.is_bot) as human_sessions,
        min(sessions.visitor_id) as visitor_id,
        {{ first_by('sessions.member_hash', 'sessions.started_us', 'sessions.member_hash') }}
            filter (where sessions.member_hash is not null) as member_hash
    from sessions
    {% if is_incremental() %}
    inner join touched on sessions.visitor_hash = touched.visitor_hash
    {% endif %}
    group by sessions.visitor_hash
),

final as (
    select
        summed.visitor_hash,
        summed.visitor_id,
        summed.member_hash,
        summed.first_started_us,
        summed.first_visit_us,
        summed.last_ended_us,
        summed.sessions,
        summed.human_sessions,
        summed.load_seq,
        {% if is_incremental() %}
        -- what changed for sessions of earlier loads: who the visitor is, or which session was the first real visit
        case
            when stored.visitor_hash is null then -1
            when (summed.member_hash is distinct from stored.member_hash) then summed.load_seq
            else stored.identity_load_seq
        end as identity_load_seq,
        case
            when stored.visitor_hash is null then -1
            when
                stored.first_visit_us is not null
                and (summed.first_visit_us is distinct from stored.first_visit_us)
                then summed.load_seq
            else stored.first_load_seq
        end as first_load_seq
        {% else %}
        -1 as identity_load_seq,
        -1 as first_load_seq
        {% endif %}
    from summed
    {% if is_incremental() %}
    left join {{ this }} as stored on summed.visitor_hash = stored.visitor_hash
    {% endif %}
)

select * from final
