{#
  What the report tables of the site share (rpt_daily*, rpt_recommendation*, rpt_dashboard, rpt_segments,
  rpt_live_visitors). Everything of a day follows the session: what happened belongs to the day on which its session began.
#}

{# The three rows that a day has in daily reports. #}
{% macro report_devices() -%}
    select named.device
    from (values ('all'), ('pc'), ('mobile')) as named (device)
{%- endmacro %}

{# Visits that began on `days`: sessions that are no robot's and not merely booked refunds or opened messages. #}
{% macro visits_of(days) -%}
    select
        sessions.*,
        {{ device_group('sessions.device') }} as device_group
    from {{ ref('int_sessions') }} as sessions
    inner join {{ days }} on sessions.session_day = {{ days }}.day
    where not sessions.is_bot and sessions.is_off_site is not true
{%- endmacro %}

{#
  Events named `names` of the visits that began on `days`. Sessions and events meet by day as well, so that other days'
  events are not read.
#}
{% macro visit_events(days, names) -%}
    select
        session_days.session_day,
        {{ device_group('session_days.device') }} as device_group,
        session_days.visitor_hash,
        session_days.started_us,
        session_days.ended_us,
        session_days.member_hash as session_member_hash,
        events.member_hash,
        events.event_day,
        events.ts_us,
        events.event_hash,
        events.event_name,
        events.product_id,
        events.price,
        events.quantity,
        events.order_id,
        events.properties
    from {{ ref('stg_landing__events') }} as events
    inner join {{ ref('int_session_days') }} as session_days
        on
            events.visitor_hash = session_days.visitor_hash
            and events.event_day = session_days.day
            and events.ts_us between session_days.started_us and session_days.ended_us
    inner join {{ days }} on session_days.session_day = {{ days }}.day
    where
        events.event_name in ({% for name in names %}'{{ name }}'{{ ", " if not loop.last }}{% endfor %})
        and not session_days.is_bot
{%- endmacro %}

{# Banner or widget that an event of one names in its properties; (not set) where it names none. #}
{% macro placement(event_name, properties) -%}
    coalesce(
        case
            when {{ event_name }} in ('banner_impression', 'banner_click')
                then {{ json_text(properties, 'banner_id') }}
            else {{ json_text(properties, 'widget_id') }}
        end, '(not set)'
    )
{%- endmacro %}

{#
  Clicks since the day of `first_day`, under the customer they belong to as fct_events says. Each click twice, under what
  was clicked and under (all) of its kind: there too an order is to count once.
#}
{% macro clicks_of_customers(first_day) -%}
    select
        clicks.day,
        clicks.device,
        clicks.kind,
        case when every.is_all then '(all)' else clicks.placement end as placement,
        clicks.product_id,
        clicks.visitor_hash,
        coalesce(clicks.member_hash, visitors.member_hash, clicks.visitor_hash) as customer_id,
        clicks.clicked_us,
        clicks.session_ended_us,
        clicks.event_hash
    from {{ ref('int_onsite_clicks') }} as clicks
    cross join (values (false), (true)) as every (is_all)
    left join {{ ref('int_visitors') }} as visitors on clicks.visitor_hash = visitors.visitor_hash
    where
        clicks.event_hash is not null
        and clicks.clicked_day >= (select {{ first_day }}.day from {{ first_day }})
{%- endmacro %}

{#
  Days whose clicks on banners and widgets have to be counted for orders anew: an order, a visit or a recognised customer
  of one day concerns the clicks of the hours before it, and these the sessions that they were made in.
#}
{% macro onsite_days_to_remake() -%}
    {%- set days_before = (var('recommend_direct_hours') | int + 23) // 24 -%}
    with changed as (
        select
            day,
            load_seq
        from {{ ref('mart_changed_days') }}
        {% if is_incremental() %}where load_seq > {{ seen_load_seq() }}{% endif %}
        union all
        select
            day,
            load_seq
        from {{ ref('mart_order_days') }}
        {% if is_incremental() %}where load_seq > {{ seen_load_seq() }}{% endif %}
    ),

    reached as (
        select
            {{ days_between('day - ' ~ days_before, 'day') }} as day,
            load_seq
        from changed
    )

    select
        day,
        max(load_seq) as load_seq
    from (
        select
            session_days.session_day as day,
            reached.load_seq
        from {{ ref('int_session_days') }} as session_days
        inner join reached on session_days.day = reached.day
        union all
        select
            day,
            load_seq
        from changed
    ) as concerned
    group by day
{%- endmacro %}

{#
  The newest day that is over: no session of it can still be going on by what is known. It goes by the newest event, not
  by the clock; the first minutes after midnight do not make a day.
#}
{% macro last_complete_day() -%}
    (
        select {{ business_day('max(ended_us) + ' ~ var('session_gap_minutes') | int * 60000000) }} - 1
        from {{ ref('int_sessions') }}
    )
{%- endmacro %}

{#
  Before a model of periods: the last day of all periods, so that the scans skip the days outside them. Without it (unit
  test) nothing is skipped; the models compare the day anyway.
#}
{% macro bound_report_days() %}{{ return(adapter.dispatch('bound_report_days', 'dangol')()) }}{% endmacro %}
{% macro default__bound_report_days() -%}
    set variable last_report_day = {{ last_complete_day() }}
{%- endmacro %}

{# The first of `days` days that end with the last complete one. #}
{% macro first_report_day(days) %}{{ return(adapter.dispatch('first_report_day', 'dangol')(days)) }}{% endmacro %}
{% macro default__first_report_day(days) -%}
    coalesce(cast(getvariable('last_report_day') as date) - {{ days | int - 1 }}, date '0001-01-01')
{%- endmacro %}

{# The periods of reports: each with its first and last day; with `previous` also those of the period before it. #}
{% macro report_periods() -%}
    {%- for days in var('report_periods') %}
    select
        '{{ days }}d' as period,
        false as is_previous,
        latest.day - {{ days | int - 1 }} as first_day,
        latest.day as last_day
    from latest
    union all
    select
        '{{ days }}d' as period,
        true as is_previous,
        latest.day - {{ 2 * days | int - 1 }} as first_day,
        latest.day - {{ days | int }} as last_day
    from latest
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Sources that are no referrers: coming without one, and the shop's own hosts. #}
{% macro own_sources() -%}
    '(direct)'
    {%- for host in var('site_hosts') %}, {{ url_host("'https://' || " ~ dbt.string_literal(host)) }}{% endfor %}
{%- endmacro %}

{# The hours of a day (0-23), one row each. #}
{% macro hours_of_day() %}{{ return(adapter.dispatch('hours_of_day', 'dangol')()) }}{% endmacro %}
{% macro default__hours_of_day() -%}
    select cast(unnest(generate_series(0, 23)) as integer) as hour
{%- endmacro %}

{# The periods of visitors now, and how far they reach back from the newest event. #}
{% macro live_periods() -%}
    {%- for hours in var('report_live_hours') %}
    select
        '{{ hours ~ "h" if hours | int <= 24 else (hours | int // 24) ~ "d" }}' as period,
        {{ hours | int * 3600000000 }} as reach_us
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}
