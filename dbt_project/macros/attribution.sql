{#
  What attribution and reports are made from and which days of it: lake/attribution.json, written before dbt starts, is
  read into a session variable by a pre-hook, because a table function takes a list only as a constant. And the windows:
  one rule, the same as models/attribution/windows.py, which tests hold beside it.
#}
{% macro open_attribution() %}{{ return(adapter.dispatch('open_attribution', 'dangol')()) }}{% endmacro %}
{% macro default__open_attribution() -%}
    set variable attribution = (
        select l from read_json(
            '{{ env_var("DANGOL_HOME", ".") }}/lake/attribution.json',
            columns = {
                decisions: 'varchar[]', deliveries: 'varchar[]', sends: 'varchar[]', segment_members: 'varchar[]',
                segments: 'varchar[]', order_days: 'date[]', send_days: 'date[]'
            }
        ) as l
    )
{%- endmacro %}

{# The days to make anew, one row each: those on which something happened (order, click), those sends were planned for. #}
{% macro order_days_to_remake() %}{{ return(adapter.dispatch('days_listed', 'dangol')('order_days')) }}{% endmacro %}
{% macro send_days_to_remake() %}{{ return(adapter.dispatch('days_listed', 'dangol')('send_days')) }}{% endmacro %}
{% macro default__days_listed(name) -%}
    select distinct unnest(cast(getvariable('attribution')['{{ name }}'] as date[])) as day
{%- endmacro %}

{#
  In an incremental run: whether a day is one of those to make anew, or at most `back` days before or `ahead` days after
  one; in a full refresh (and in a unit test) every day is. The bounds are constants, so that the scan skips other days.
#}
{% macro in_order_days(day, back=0, ahead=0) -%}
    {%- if is_incremental() -%}{{ in_days(day, 'order_days', back, ahead) }}{%- else -%}true{%- endif -%}
{%- endmacro %}
{% macro in_send_days(day, back=0, ahead=0) -%}
    {%- if is_incremental() -%}{{ in_days(day, 'send_days', back, ahead) }}{%- else -%}true{%- endif -%}
{%- endmacro %}
{% macro in_days(day, name, back, ahead) %}{{ return(adapter.dispatch('in_days', 'dangol')(day, name, back, ahead)) }}{% endmacro %}
{% macro default__in_days(day, name, back, ahead) -%}
    {%- set listed = "cast(getvariable('attribution')['" ~ name ~ "'] as date[])" -%}
    {{ day }} >= list_min({{ listed }}) - {{ back }} and {{ day }} <= list_max({{ listed }}) + {{ ahead }}
    and {{ day }} in (
        select distinct cast(listed.day + steps.step as date)
        from (select unnest({{ listed }}) as day) as listed
        cross join (select unnest(cast(range(-{{ back }}, {{ ahead }} + 1) as integer[])) as step) as steps
    )
{%- endmacro %}

{# The widest window in microseconds, and the days after a day that it can reach (clocks change). #}
{% macro widest_window_us() -%}{{ (var('attribution_window_hours') | max | int) * 3600000000 }}{%- endmacro %}
{% macro window_reach_days() -%}{{ (var('attribution_window_hours') | max | int) // 24 + 1 }}{%- endmacro %}

{# Every window with its length in microseconds; `day`, the calendar day of the message, has none. #}
{% macro attribution_windows() -%}
    {%- for each in var('attribution_window_hours') -%}
    {%- set hours = each | int -%}
    select
        '{{ hours ~ 'h' if hours % 24 else hours // 24 ~ 'd' }}' as "window",
        cast({{ hours * 3600000000 }} as bigint) as window_us
    union all
    {% endfor -%}
    select
        'day' as "window",
        cast(null as bigint) as window_us
{%- endmacro %}

{# Whether something `lag_us` after a message counts in a window (of attribution_windows); its very end does. #}
{% macro in_window(window_us, lag_us, is_same_day) -%}
    case when {{ window_us }} is null then {{ is_same_day }} else {{ lag_us }} <= {{ window_us }} end
{%- endmacro %}

{# Whether a moment `lag_us` after another lies on the same business day: at most 25 hours after, so few are looked at. #}
{% macro is_same_day(from_us, lag_us) -%}
    case
        when {{ lag_us }} <= {{ 25 * 3600000000 }}
            then {{ business_day(from_us) }} = ({{ business_day(from_us ~ ' + ' ~ lag_us) }})
        else false
    end
{%- endmacro %}

{# The last microsecond that counts in a window of a message. #}
{% macro closes_us(window_us, sent_us) -%}
    coalesce({{ sent_us }} + {{ window_us }}, {{ day_ends_us(sent_us) }})
{%- endmacro %}
{% macro day_ends_us(ts_us) %}{{ return(adapter.dispatch('day_ends_us', 'dangol')(ts_us)) }}{% endmacro %}
{% macro default__day_ends_us(ts_us) -%}
    epoch_us(timezone('{{ var("time_zone") }}', cast({{ business_day(ts_us) }} + 1 as timestamp))) - 1
{%- endmacro %}

{#
  Events of some names on the days to make anew (or `back` days before), under the customer they belong to as fct_events
  says: the member they name, else that of the session, else whoever the device was recognised as.
#}
{% macro events_of_customers(names, back=0) -%}
    select
        events.event_hash,
        events.event_name,
        events.ts_us,
        events.event_day,
        events.visitor_hash,
        events.properties,
        coalesce(
            events.member_hash, session_days.member_hash, visitors.member_hash, events.visitor_hash
        ) as customer_id
    from (
        select * from {{ ref('stg_landing__events') }}
        where event_name in ('{{ names | join("', '") }}') and {{ in_order_days('event_day', back=back) }}
    ) as events
    left join (
        select * from {{ ref('int_session_days') }}
        where member_hash is not null and {{ in_order_days('day', back=back) }}
    ) as session_days
        on
            events.visitor_hash = session_days.visitor_hash
            and events.event_day = session_days.day
            and events.ts_us between session_days.started_us and session_days.ended_us
    left join {{ ref('int_visitors') }} as visitors on events.visitor_hash = visitors.visitor_hash
{%- endmacro %}

{# Whole units of 2**-30 as a credit, and a share of all as whole units (models/attribution/credit.py). #}
{% macro credit_of(units) -%}cast({{ units }} as double) / {{ 2 ** 30 }}{%- endmacro %}
{% macro units_of(share) -%}cast(round(({{ share }}) * {{ 2 ** 30 }}) as bigint){%- endmacro %}

{#
  Units that all touches up to one of `place` get together; `touches` are those of the path within the window, `decay_units`
  what int_credits found. Of two touches the position rule gives each half.
#}
{% macro units_reached(model, place, touches, decay_units) -%}
    {%- set ends = var('attribution_position_ends') -%}
    case
        when {{ place }} <= 0 then 0
        when {{ place }} >= {{ touches }} then {{ 2 ** 30 }}
        {% if model == 'last_touch' %}
        else 0
        {% elif model == 'first_touch' %}
        else {{ 2 ** 30 }}
        {% elif model == 'linear' %}
        else {{ units_of('cast(' ~ place ~ ' as double) / ' ~ touches) }}
        {% elif model == 'position' %}
        when {{ place }} = 1 and {{ touches }} = {{ place }} + 1 then {{ 2 ** 29 }}
        else {{ units_of(ends ~ ' + (1 - 2 * ' ~ ends ~ ') * cast(' ~ place ~ ' - 1 as double) / (' ~ touches ~ ' - 2)') }}
        {% else %}
        else {{ decay_units }}
        {% endif %}
    end
{%- endmacro %}
