{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='member_key',
    pre_hook="{{ open_load() }}",
    on_schema_change='fail'
) }}

with landed as (
    select
        member_key,
        received_at,
        {{ current_load_seq() }} as load_seq,
        {{ landing_sequence('filename') }} as file_sequence,
        file_row_number
    from {{ source('landing', 'members') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by member_key
            order by received_at, file_sequence, file_row_number
        ) as turn
    from landed
),

final as (
    select
        member_key,
        received_at,
        load_seq
    from ranked
    where turn = 1
)

select final.*
from final
{% if is_incremental() %}
-- a member is received once; a file that is taken in again after a crash changes nothing
where not exists (
    select 1
    from {{ this }} as stored
    where
        stored.member_key = final.member_key
        and stored.received_at <= final.received_at
)
{% endif %}
