{{ config(
    materialized='table',
    schema='marts',
    pre_hook="{{ bound_cart_events() }}"
) }}

{% set cart_us = var('cart_reset_after_days') | int * 86400000000 %}

with latest as (
    select max(ended_us) as ts_us from {{ ref('int_sessions') }}
),

-- an item put in longer ago than the reset point is gone, so older events can not matter; robots have no cart
events as (
    select
        events.customer_key,
        events.customer_id,
        events.event_name,
        events.product_id,
        {{ to_us('events.event_at') }} as ts_us,
        events.event_id,
        events.price,
        events.quantity
    from {{ ref('fct_events') }} as events
    where
        events.event_name in ('add_to_cart', 'remove_from_cart', 'purchase')
        and events.product_id is not null
        and not events.is_bot
        -- days before the reset point are not even read
        and events.event_day >= {{ first_cart_day() }}
        and {{ to_us('events.event_at') }} >= (select latest.ts_us - {{ cart_us }} from latest)
),

-- the reset point: the last purchase or whole removal
resets as (
    select
        customer_key,
        {% if var('cart_purchase_empties') == 'bought' %}product_id,{% endif %}
        max(ts_us) as reset_us
    from events
    where event_name = 'purchase'
    group by all
),

removals as (
    select
        customer_key,
        product_id,
        max(ts_us) as removed_us
    from events
    where event_name = 'remove_from_cart' and quantity is null
    group by customer_key, product_id
),

live as (
    select events.*
    from events
    left join resets
        on
            events.customer_key = resets.customer_key
            {% if var('cart_purchase_empties') == 'bought' %}and events.product_id = resets.product_id{% endif %}
    left join removals on events.customer_key = removals.customer_key and events.product_id = removals.product_id
    where
        events.event_name != 'purchase'
        and (resets.reset_us is null or events.ts_us > resets.reset_us)
        and (removals.removed_us is null or events.ts_us > removals.removed_us)
),

-- no more comes out of the cart than lies in it: what was taken out beyond that is given back
counted as (
    select
        *,
        sum(pieces) over (
            partition by customer_key, product_id
            order by ts_us asc, pieces desc, event_id asc
            rows unbounded preceding
        ) as balance
    from (
        select
            *,
            case when event_name = 'add_to_cart' then coalesce(quantity, 1) else -quantity end as pieces
        from live
    ) as moves
),

held as (
    select
        customer_key,
        min(customer_id) as customer_id,
        product_id,
        sum(pieces) - least(min(balance), 0) as quantity,
        min(ts_us) filter (where event_name = 'add_to_cart') as first_added_us,
        max(ts_us) filter (where event_name = 'add_to_cart') as last_added_us,
        {{ last_by('price', 'ts_us', 'event_id') }}
            filter (where event_name = 'add_to_cart' and price is not null) as price
    from counted
    group by customer_key, product_id
),

final as (
    select
        customer_key,
        customer_id,
        product_id,
        cast(quantity as integer) as quantity,
        cast(price as double) as price,
        {{ from_us('first_added_us') }} as first_added_at,
        {{ from_us('last_added_us') }} as last_added_at
    from held
    where quantity > 0 and last_added_us is not null
)

select * from final
