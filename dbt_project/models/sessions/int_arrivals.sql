{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key=['visitor_hash', 'started_us'],
    on_schema_change='fail'
) }}

with sessions as not materialized (
    select * from {{ ref('int_sessions') }}
),

traffic_sources as (
    select * from {{ ref('traffic_sources') }}
),

-- narrow columns only: this is the one part that reads the sessions of all days
first_visits as (
    select
        visitor_hash,
        min(started_us) as started_us,
        {{ first_by('load_seq', 'started_us', 'load_seq') }} as load_seq
    from sessions
    where not is_bot and is_off_site is not true
    group by visitor_hash, member_hash
),

wanted as (
    select first_visits.*
    from first_visits
    {% if is_incremental() %}
    left join {{ this }} as stored
        on first_visits.visitor_hash = stored.visitor_hash and first_visits.started_us = stored.started_us
    where stored.load_seq is null or stored.load_seq < first_visits.load_seq
    {% endif %}
),

entered as (
    select
        sessions.visitor_hash,
        sessions.started_us,
        sessions.landing_url,
        sessions.referrer_host,
        sessions.load_seq
    from sessions
    inner join wanted
        on sessions.visitor_hash = wanted.visitor_hash and sessions.started_us = wanted.started_us
),

arrivals as (
    {{ with_arrival('entered') }}
),

final as (
    select
        visitor_hash,
        started_us,
        channel,
        source,
        medium,
        campaign,
        load_seq
    from arrivals
)

select * from final
