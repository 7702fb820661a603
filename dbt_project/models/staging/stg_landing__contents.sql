{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='content_id',
    pre_hook="{{ open_load() }}",
    on_schema_change='fail'
) }}

with landed as (
    select
        content_id,
        title,
        body,
        category_path,
        url,
        image_url,
        published_at,
        attributes,
        received_at,
        source,
        {{ current_load_seq() }} as load_seq,
        {{ landing_sequence('filename') }} as file_sequence,
        file_row_number
    from {{ source('landing', 'contents') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by content_id
            order by received_at desc, file_sequence desc, file_row_number desc
        ) as age
    from landed
),

final as (
    select
        content_id,
        title,
        body,
        category_path,
        url,
        image_url,
        published_at,
        attributes,
        received_at,
        source,
        load_seq,
        file_sequence
    from ranked
    where age = 1
)

select final.*
from final
{% if is_incremental() %}
-- an older state that arrives late does not undo a newer one
where
    not exists (
        select 1
        from {{ this }} as stored
        where
            stored.content_id = final.content_id
            and (
                stored.received_at > final.received_at
                or (stored.received_at = final.received_at and stored.file_sequence >= final.file_sequence)
            )
    )
{% endif %}
