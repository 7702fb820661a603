{{ config(materialized='table', pre_hook="{{ bound_report_days() }}") }}

{%- set counts = ['messages', 'accepted', 'delivered', 'opened', 'clicked', 'ordered', 'orders'] %}
{%- set amounts = ['revenue', 'cost'] %}
{%- set rates = ['success_rate', 'open_rate', 'click_rate', 'conversion_rate', 'roas'] %}

with latest as (
    select {{ last_complete_day() }} as day
),

every_period as (
    {{ report_periods() }}
),

periods as (
    select * from every_period
    where period != '1d'
),

sends as (
    select * from {{ ref('rpt_sends') }}
    where day >= {{ first_report_day(2 * (var('report_periods') | max)) }}
),

-- a period that the shop's data do not reach back to is none to compare with
known_days as (
    select min(day) as first_day
    from {{ ref('int_daily_site_metrics') }}
),

-- under each window, and each send once more under the one that counts for it
windowed as (
    {% for name, condition in [('"window"', 'true'), ("'default'", 'is_default_window')] -%}
    select
        day,
        channel,
        {{ name }} as "window",
        is_collecting,
        {{ (counts + amounts) | join(', ') }}
    from sends
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

summed as (
    select
        periods.period,
        periods.is_previous,
        coalesce(windowed.channel, 'all') as channel,
        windowed."window",
        bool_or(windowed.is_collecting) as is_collecting,
        {% for figure in counts -%}
        cast(sum(windowed.{{ figure }}) as bigint) as {{ figure }},
        {% endfor -%}
        {% for amount in amounts -%}
        {{ exact_sum('windowed.' ~ amount) }} as {{ amount }}{{ ',' if not loop.last }}
        {% endfor %}
    from periods
    inner join windowed on windowed.day between periods.first_day and periods.last_day
    group by grouping sets (
        (periods.period, periods.is_previous, windowed."window"),
        (periods.period, periods.is_previous, windowed."window", windowed.channel)
    )
),

rated as (
    select
        *,
        {{ send_rates() }},
        {{ ratio('revenue', 'cost') }} as roas
    from summed
),

-- a channel that sent only in the period before has zeros now
named as (
    select distinct
        period,
        channel,
        "window"
    from rated
),

final as (
    select
        named.channel,
        named.period,
        periods.first_day,
        periods.last_day,
        named."window",
        coalesce(now.is_collecting, false) as is_collecting
        {%- for figure in counts + amounts %},
        coalesce(now.{{ figure }}, 0) as {{ figure }}
        {%- endfor %}
        {%- for rate in rates %},
        now.{{ rate }}
        {%- endfor %}
        {%- for figure in ['messages', 'orders'] + amounts %},
        case when before_days.first_day >= known_days.first_day then coalesce(before.{{ figure }}, 0) end
            as previous_{{ figure }}
        {%- endfor %}
        {%- for rate in rates %},
        before.{{ rate }} as previous_{{ rate }}
        {%- endfor %}
    from named
    inner join periods on named.period = periods.period and not periods.is_previous
    inner join periods as before_days on named.period = before_days.period and before_days.is_previous
    cross join known_days
    left join rated as now
        on
            named.period = now.period and named.channel = now.channel and named."window" = now."window"
            and not now.is_previous
    left join rated as before
        on
            named.period = before.period and named.channel = before.channel and named."window" = before."window"
            and before.is_previous and before_days.first_day >= known_days.first_day
)

select * from final
