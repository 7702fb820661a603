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
        {{ state_age('content_id') }} as age
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
where {{ is_newer_than_stored('content_id') }}
{% endif %}
