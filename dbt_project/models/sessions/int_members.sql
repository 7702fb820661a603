{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='member_hash',
    on_schema_change='fail'
) }}

with events as (
    select
        member_hash,
        member_key,
        ts_us,
        load_seq
    from {{ ref('stg_landing__events') }}
    where
        member_hash is not null
        {% if is_incremental() %}
        and load_seq > {{ seen_load_seq() }}
        {% endif %}
),

seen as (
    select
        member_hash,
        min(member_key) as member_key,
        min(ts_us) as first_us,
        max(ts_us) as last_us,
        max(load_seq) as load_seq
    from events
    group by member_hash
),

final as (
    select
        seen.member_hash,
        seen.member_key,
        {% if is_incremental() %}
        least(seen.first_us, coalesce(stored.first_us, seen.first_us)) as first_us,
        greatest(seen.last_us, coalesce(stored.last_us, seen.last_us)) as last_us,
        {% else %}
        seen.first_us,
        seen.last_us,
        {% endif %}
        seen.load_seq
    from seen
    {% if is_incremental() %}
    left join {{ this }} as stored on seen.member_hash = stored.member_hash
    {% endif %}
)

select * from final
