{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail'
) }}

with touches as not materialized (
    select * from {{ ref('int_touches') }}
    where {{ in_order_days('day') }}
),

windows as (
    {{ attribution_windows() }}
),

-- most conversions have one touch: nothing to order, nothing to divide
alone as (
    select
        conversion,
        conversion_hash
    from touches
    group by conversion, conversion_hash
    having count(*) = 1
),

inside as not materialized (
    select
        touches.* exclude (is_same_day),  -- noqa: RF02
        windows."window",
        windows.window_us
    from touches
    inner join windows on {{ in_window('windows.window_us', 'touches.lag_us', 'touches.is_same_day') }}
),

placed as (
    select
        inside.*,
        row_number() over path as place,
        count(*) over whole as touches,
        max(inside.touched_us) over whole as last_touched_us
    from inside
    anti join alone on inside.conversion = alone.conversion and inside.conversion_hash = alone.conversion_hash
    window
        whole as (partition by inside.conversion, inside.conversion_hash, inside.window_us),
        path as (
            partition by inside.conversion, inside.conversion_hash, inside.window_us
            order by inside.touched_us, inside.send_hash
        )
),

-- the weight of a touch halves with every half-life before the last one; whole numbers of 2**-52, so that sums do not
-- depend on the order of rows
weighed as (
    select
        *,
        cast(round(
            pow(
                0.5,
                cast(last_touched_us - touched_us as double)
                / {{ var('attribution_half_life_hours') | int * 3600000000 }}
            ) * {{ 2 ** 52 }}
        ) as bigint) as weight
    from placed
),

shared as (
    select
        weighed.* exclude (last_touched_us, window_us, weight),  -- noqa: RF02
        {{ units_of('cast(sum(weight) over path as double) / sum(weight) over whole') }} as decay_units
    from weighed
    window
        whole as (partition by conversion, conversion_hash, window_us),
        path as (
            partition by conversion, conversion_hash, window_us
            order by touched_us, send_hash rows unbounded preceding
        )
),

every_touch as (
    select * from shared
    union all
    select
        inside.* exclude (window_us),  -- noqa: RF02
        1 as place,
        1 as touches,
        {{ 2 ** 30 }} as decay_units
    from inside
    semi join alone on inside.conversion = alone.conversion and inside.conversion_hash = alone.conversion_hash
),

final as (
    select
        every_touch.* exclude (place, touches, decay_units),  -- noqa: RF02
        cast(place as integer) as place,
        cast(touches as integer) as touches,
        cast(decay_units as integer) as decay_units
    from every_touch
)

select * from final  -- noqa: AM04
