{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='order_hash',
    on_schema_change='fail'
) }}

with lines as not materialized (
    select
        -- an order without a number is what one visitor bought at one instant
        coalesce(order_id, visitor_id || ':' || ts_us) as order_id,
        event_name,
        visitor_hash,
        visitor_id,
        member_hash,
        ts_us,
        event_hash,
        quantity,
        cast(price * quantity as decimal(18, 4)) as amount,
        load_seq
    from {{ ref('stg_landing__events') }}
    where event_name in ('purchase', 'refund')
),

{% if is_incremental() %}
touched as (
    select distinct order_id
    from lines
    where load_seq > {{ seen_load_seq() }}
),
{% endif %}

final as (
    select
        {{ hash63('lines.order_id') }} as order_hash,
        lines.order_id,
        {{ first_by('lines.visitor_hash', 'lines.ts_us', 'lines.event_hash') }} as visitor_hash,
        {{ first_by('lines.visitor_id', 'lines.ts_us', 'lines.event_hash') }} as visitor_id,
        {{ first_by('lines.member_hash', 'lines.ts_us', 'lines.event_hash') }}
            filter (where lines.member_hash is not null) as member_hash,
        min(lines.ts_us) filter (where lines.event_name = 'purchase') as ordered_us,
        max(lines.ts_us) filter (where lines.event_name = 'purchase') as last_line_us,
        min(lines.ts_us) filter (where lines.event_name = 'refund') as refunded_us,
        cast(count(*) filter (where lines.event_name = 'purchase') as integer) as lines,
        cast(coalesce(sum(lines.quantity) filter (where lines.event_name = 'purchase'), 0) as bigint) as quantity,
        cast(coalesce(sum(lines.amount) filter (where lines.event_name = 'purchase'), 0) as decimal(18, 4)) as revenue,
        cast(coalesce(sum(lines.amount) filter (where lines.event_name = 'refund'), 0) as decimal(18, 4))
            as refund_amount,
        max(lines.load_seq) as load_seq
    from lines
    {% if is_incremental() %}
    inner join touched on lines.order_id = touched.order_id
    {% endif %}
    group by lines.order_id
)

select * from final
