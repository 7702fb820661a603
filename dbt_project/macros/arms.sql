{#
  The last steps of rpt_send_arms: people, what they bought and clicked, as sums over people. Amounts are added as
  decimals, and cubes in the order of their size, so that sums do not depend on the order of rows.
#}
{% macro summed_arms(people, bought, clicked, windows) -%}
arms as (
    select
        day,
        send_hash,
        send_id,
        campaign_id,
        arm,
        variant,
        count(*) as people,
        sum(before) as before,
        sum(before * before) as before_squares
    from {{ people }}
    group by day, send_hash, send_id, campaign_id, arm, variant
),

bought_by_arm as (
    select
        send_hash,
        arm,
        variant,
        "window",
        count(*) as buyers,
        sum(orders) as orders,
        sum(orders * orders) as orders_squares,
        sum(orders * orders * orders) as orders_cubes,
        sum(orders * before) as orders_products,
        sum(revenue) as revenue,
        sum(revenue * revenue) as revenue_squares,
        sum(cast(revenue as double) ** 3 order by revenue) as revenue_cubes,
        sum(revenue * before) as revenue_products
    from {{ bought }}
    group by send_hash, arm, variant, "window"
),

final as (
    select
        arms.day,
        arms.send_id,
        arms.campaign_id,
        arms.arm,
        arms.variant,
        {{ windows }}."window",
        arms.people,
        coalesce(bought_by_arm.buyers, 0) as buyers,
        coalesce({{ clicked }}.clicked, 0) as clicked,
        {% for column in ['orders', 'orders_squares', 'orders_cubes'] -%}
        cast(coalesce(bought_by_arm.{{ column }}, 0) as bigint) as {{ column }},
        {% endfor -%}
        {% for column in ['orders_products', 'revenue', 'revenue_squares', 'revenue_cubes', 'revenue_products'] -%}
        cast(coalesce(bought_by_arm.{{ column }}, 0) as double) as {{ column }},
        {% endfor -%}
        cast(arms.before as double) as before,
        cast(arms.before_squares as double) as before_squares
    from arms
    cross join {{ windows }}
    left join bought_by_arm
        on
            arms.send_hash = bought_by_arm.send_hash
            and arms.arm = bought_by_arm.arm
            and arms.variant is not distinct from bought_by_arm.variant
            and {{ windows }}."window" = bought_by_arm."window"
    left join {{ clicked }}
        on
            arms.send_hash = {{ clicked }}.send_hash
            and arms.arm = {{ clicked }}.arm
            and arms.variant is not distinct from {{ clicked }}.variant
            and {{ windows }}."window" = {{ clicked }}."window"
)
{%- endmacro %}
