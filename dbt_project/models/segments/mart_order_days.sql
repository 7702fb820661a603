{{ config(materialized='view', schema='marts') }}

-- every day on which the order has, or had before a late line came, its place
with orders as (
    select * from {{ ref('int_orders') }}
    where ordered_us is not null
),

final as (
    select
        {{ days_between(business_day('ordered_us'), business_day('last_line_us')) }} as day,
        load_seq,
        load_seq as metrics_load_seq
    from orders
)

select * from final
