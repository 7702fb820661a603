{#
  What the report tables of campaigns share (int_send_hours, rpt_send*, rpt_campaign*, rpt_channel*). Rates and money are
  computed here once; what a figure means stands in models/reports/_metrics_campaigns.md.
#}

{# All `figures` as columns: those in `given` by their expression, the rest 0. #}
{% macro send_figures(figures, given) -%}
    {%- for figure in figures %}
        {{ given.get(figure, 0) }} as {{ figure }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Microseconds since 1970 of the quarter of an hour; zones differ by whole quarters, so it lies in one hour of any. #}
{% macro quarter_us(ts_us) -%}({{ ts_us }} - {{ ts_us }} % 900000000){%- endmacro %}

{# Days after its send day on which anything may still count for a message. #}
{% macro send_reach_days() -%}{{ var('attribution_sending_days') | int + window_reach_days() | int }}{%- endmacro %}

{# Whether what happened at a moment counts in a window (of attribution_windows) of a message. #}
{% macro within_window(window_us, sent_us, at_us) -%}
    {%- set lag_us = '(' ~ at_us ~ ' - ' ~ sent_us ~ ')' -%}
    {{ in_window(window_us, lag_us, is_same_day(sent_us, lag_us)) }}
{%- endmacro %}

{# Money that is stored as a double, summed to the last ten-thousandth whatever the order of rows. #}
{% macro exact_sum(amount) -%}cast(sum(cast({{ amount }} as decimal(18, 4))) as double){%- endmacro %}

{# Quotient, null where there is nothing to divide by. #}
{% macro ratio(part, whole) -%}{{ part }} / cast(nullif({{ whole }}, 0) as double){%- endmacro %}

{# Messages of the sends to make anew. One that was opened or clicked has arrived, whatever the vendor said of it. #}
{% macro messages_of_send_days() -%}
    select
        deliveries.* replace (
            deliveries.is_reached or acted.send_hash is not null as is_reached,
            case
                when acted.send_hash is not null and not deliveries.is_reached then 'accepted' else deliveries.state
            end as state
        )
    from {{ ref('stg_campaigns__deliveries') }} as deliveries
    left join (
        select distinct
            send_hash,
            customer_id
        from {{ ref('int_message_actions') }}
        where action in ('opened', 'clicked') and {{ in_send_days('day', ahead=send_reach_days() | int) }}
    ) as acted on deliveries.send_hash = acted.send_hash and deliveries.customer_id = acted.customer_id
    where {{ in_send_days('deliveries.day') }}
{%- endmacro %}

{# The newest event known, UTC microseconds: windows that end later can still gather orders. #}
{% macro known_until_us() -%}(select max(ended_us) from {{ ref('int_sessions') }}){%- endmacro %}

{# All figures where they stand, by the quarter of an hour: at what happened, and `sent_…` at the message it came of. #}
{% macro send_hour_figures(figures, messages, acted, converted, windows) -%}
    select
        {{ messages }}.send_hash,
        {{ messages }}.variant,
        {{ windows }}."window",
        {{ messages }}.at_us,
        {{- send_figures(figures, {
            'messages': messages ~ '.messages', 'accepted': messages ~ '.accepted', 'cost': messages ~ '.cost'
        }) }}
    from {{ messages }}
    cross join {{ windows }}
    union all
    select
        send_hash,
        variant,
        "window",
        {{ quarter_us('acted_us') }} as at_us,
        {{- send_figures(figures, {
            'opened': "case when figure = 'opened' then 1 else 0 end",
            'clicked': "case when figure = 'clicked' then 1 else 0 end",
            'clicks': "case when figure = 'clicks' then 1 else 0 end",
            'viewed': "case when figure = 'viewed' then 1 else 0 end",
            'carted': "case when figure = 'carted' then 1 else 0 end",
        }) }}
    from {{ acted }}
    union all
    select
        send_hash,
        variant,
        "window",
        {{ quarter_us('sent_us') }} as at_us,
        {{- send_figures(figures, {'sent_clicked': 1}) }}
    from {{ acted }}
    where figure = 'clicked'
    union all
    select
        send_hash,
        variant,
        "window",
        {{ quarter_us('converted_us') }} as at_us,
        {{- send_figures(figures, {
            'ordered': 'case when is_first_order then 1 else 0 end',
            'sign_ups': "case when conversion = 'sign_up' then 1 else 0 end",
            'orders': "case when conversion = 'order' then 1 else 0 end",
            'gross_revenue': 'coalesce(revenue, 0)',
            'refund_amount': 'coalesce(refund_amount, 0)',
            'revenue': 'coalesce(revenue - refund_amount, 0)',
        }) }}
    from {{ converted }}
    union all
    select
        send_hash,
        variant,
        "window",
        {{ quarter_us('sent_us') }} as at_us,
        {{- send_figures(figures, {
            'sent_ordered': 'case when is_first_order then 1 else 0 end', 'sent_revenue': 'revenue - refund_amount'
        }) }}
    from {{ converted }}
    where conversion = 'order'
{%- endmacro %}

{# What adds up over sends. #}
{% macro sums_of_sends() -%}
    {% for figure in ['messages', 'accepted', 'delivered', 'failed', 'opened', 'clicked', 'ordered', 'orders'] -%}
    cast(sum({{ figure }}) as bigint) as {{ figure }},
    {% endfor -%}
    {{ exact_sum('revenue') }} as revenue,
    {{ exact_sum('cost') }} as cost
{%- endmacro %}

{# Only e-mail tells that it was opened. #}
{% macro open_rate() -%}case when channel = 'email' then {{ ratio('opened', 'accepted') }} end{%- endmacro %}

{# What reports say of a channel or campaign beside its sums. #}
{% macro send_rates() -%}
    {{ ratio('accepted', 'messages') }} as success_rate,
    {{ open_rate() }} as open_rate,
    {{ ratio('clicked', 'accepted') }} as click_rate,
    {{ ratio('ordered', 'accepted') }} as conversion_rate
{%- endmacro %}

{#
  Whether an order was placed, by its time (microseconds), on or after the first of the days to make anew; the day before
  it is looked through too, since the time says nothing of the zone. True in a full refresh and in a unit test.
#}
{% macro since_order_days(ts_us) -%}{{ since_listed_days(ts_us, 'order_days') }}{%- endmacro %}
{% macro since_send_days(ts_us) -%}{{ since_listed_days(ts_us, 'send_days') }}{%- endmacro %}
{% macro since_listed_days(ts_us, name) -%}
    {%- if is_incremental() -%}{{ return(adapter.dispatch('since_days', 'dangol')(ts_us, name)) }}{%- else -%}true{%- endif -%}
{%- endmacro %}
{% macro default__since_days(ts_us, name) -%}
    {{ ts_us }} >= epoch_us(cast(list_min(cast(getvariable('attribution')['{{ name }}'] as date[])) - 1 as timestamp))
{%- endmacro %}
