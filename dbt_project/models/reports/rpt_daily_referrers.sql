{{ config(materialized='view') }}

with referrers as (
    select * from {{ ref('int_site_referrers') }}
    where rank is not null
),

final as (
    select
        day,
        device,
        rank,
        source,
        channel,
        sessions,
        share
    from referrers
)

select * from final
