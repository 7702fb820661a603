{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='path',
    pre_hook="{{ open_load() }}",
    on_schema_change='fail'
) }}

-- depends_on: {{ ref('stg_landing__events') }}
-- depends_on: {{ ref('stg_landing__products') }}
-- depends_on: {{ ref('stg_landing__contents') }}
-- depends_on: {{ ref('stg_landing__members') }}
-- Written after the rows themselves: a load killed in between is taken in again, and adds nothing twice.
with load as (
    select
        l.load_seq,
        l.events,
        l.products,
        l.contents,
        l.members
    from {{ source('landing', 'load') }} as l
),

listed as (
    select
        load_seq,
        'events' as kind,
        unnest(events) as file
    from load
    union all
    select
        load_seq,
        'products' as kind,
        unnest(products) as file
    from load
    union all
    select
        load_seq,
        'contents' as kind,
        unnest(contents) as file
    from load
    union all
    select
        load_seq,
        'members' as kind,
        unnest(members) as file
    from load
),

final as (
    select
        -- relative to the landing zone, so that a home can be moved
        regexp_extract(file, '[^/]+/[^/]+/[^/]+$') as path,
        kind,
        cast(load_seq as integer) as load_seq
    from listed
    where not ends_with(file, '/schema.parquet')
)

select * from final
