{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key=['event_hash', 'ts_us'],
    pre_hook="{{ open_load() }}",
    on_schema_change='fail'
) }}

-- `not materialized`: the wide rows are read where they are needed and never held in memory as a whole
with landed as not materialized (
    select
        *,
        {{ to_us('event_at') }} as ts_us,
        {{ landing_sequence('filename') }} as file_sequence,
        -- the page before stands on another host; comparing raw hosts first keeps the costly part to a few rows
        case
            when
                split_part(referrer, '/', 3) != split_part(coalesce(url, ''), '/', 3)
                and ({{ url_host('referrer') }} is distinct from {{ url_host('url') }})
                then {{ url_host('referrer') }}
        end as outer_host
    from {{ source('landing', 'events') }}
),

redelivered as (
    {{ redelivered_rows('landed') }}
),

{% if is_incremental() %}
-- what an earlier load took in already; the bounds keep the search to the days at hand
known as (
    select
        stored.event_hash,
        stored.ts_us,
        stored.received_at
    from {{ this }} as stored
    where
        stored.ts_us between
        coalesce((select min(landed.ts_us) from landed), 0)
        and coalesce((select max(landed.ts_us) from landed), 0)
),
{% endif %}

homecoming_hosts as (
    {{ homecoming_hosts('landed') }}
),

first_deliveries as (
    select
        landed.*,
        case
            when landed.outer_host not in (select homecoming_hosts.host from homecoming_hosts) then landed.outer_host
        end as referrer_host
    from landed
    where
        not exists (
            select 1
            from redelivered
            where
                redelivered.file_sequence = landed.file_sequence
                and redelivered.file_row_number = landed.file_row_number
        )
        {% if is_incremental() %}
        -- an earlier delivery that arrives later takes the place of the stored one
        and not exists (
            select 1
            from known
            where
                known.event_hash = landed.event_hash
                and known.ts_us = landed.ts_us
                and known.received_at <= landed.received_at
        )
        {% endif %}
),

final as (
    select
        event_hash,
        ts_us,
        {{ business_day('ts_us') }} as event_day,
        {{ current_load_seq() }} as load_seq,
        visitor_hash,
        {{ member_hash('member_key') }} as member_hash,
        coalesce(referrer_host is not null or {{ is_tagged_url('url') }}, false) as is_touch,
        referrer_host,
        event_id,
        event_name,
        received_at,
        visitor_id,
        member_key,
        session_hint,
        url,
        referrer,
        user_agent,
        device,
        product_id,
        category_id,
        query,
        price,
        quantity,
        order_id,
        currency,
        properties,
        source
    from first_deliveries
)

select * from final
