{{ config(
    materialized='incremental',
    incremental_strategy='replace_keys',
    unique_key='product_id',
    pre_hook="{{ open_load() }}",
    on_schema_change='fail'
) }}

with landed as (
    select
        product_id,
        name,
        category_path,
        brand,
        price,
        sale_price,
        image_url,
        url_pc,
        url_mobile,
        status,
        attributes,
        received_at,
        source,
        {{ current_load_seq() }} as load_seq,
        {{ landing_sequence('filename') }} as file_sequence,
        file_row_number
    from {{ source('landing', 'products') }}
),

ranked as (
    select
        *,
        {{ state_age('product_id') }} as age
    from landed
),

final as (
    select
        product_id,
        name,
        category_path,
        brand,
        price,
        sale_price,
        image_url,
        url_pc,
        url_mobile,
        status,
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
where {{ is_newer_than_stored('product_id') }}
{% endif %}
