{{ config(
    materialized='incremental',
    incremental_strategy='replace_days',
    on_schema_change='fail'
) }}

with touches as (
    select * from {{ ref('int_touches') }}
    where {{ in_order_days('day') }}
),

windows as (
    {{ attribution_windows() }}
),

inside as (
    select
        touches.* exclude (is_same_day),  -- noqa: RF02
        windows."window"
    from touches
    inner join windows on {{ in_window('windows.window_us', 'touches.lag_us', 'touches.is_same_day') }}
),

placed as (
    select
        *,
        row_number() over path as place,
        count(*) over whole as touches,
        max(touched_us) over whole as last_touched_us
    from inside
    window
        whole as (partition by day, conversion, conversion_hash, "window"),
        path as (partition by day, conversion, conversion_hash, "window" order by touched_us, send_hash)
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

final as (
    select
        weighed.* exclude (last_touched_us, weight, place, touches),  -- noqa: RF02
        cast(place as integer) as place,
        cast(touches as integer) as touches,
        cast({{ units_of('cast(sum(weight) over path as double) / sum(weight) over whole') }} as integer) as decay_units
    from weighed
    window
        whole as (partition by day, conversion, conversion_hash, "window"),
        path as (
            partition by day, conversion, conversion_hash, "window"
            order by touched_us, send_hash rows unbounded preceding
        )
)

select * from final  -- noqa: AM04
