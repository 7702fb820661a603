{#
  Tests of growing tables look at the rows of the latest load only, so that a day's checks do not cost more every day:
  `config: {where: __latest_load__}`, or `__latest_days__` for a view by event_day, whose rows carry no load, `__recent_days__`
  for what attribution and reports keep by day. Earlier rows were checked by the load that wrote them.
#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where', '') -%}
    {%- if where == '__latest_load__' -%}
        {%- set where = 'load_seq = (select max(load_seq) from ' ~ relation ~ ')' -%}
    {%- elif where == '__latest_days__' -%}
        {%- set where = latest_days() -%}
    {%- elif where == '__recent_days__' -%}
        {%- set where = 'day > (select max(day) - 31 from ' ~ relation ~ ')' -%}
    {%- endif -%}
    {%- if where -%}
        (select * from {{ relation }} where {{ where }}) as tested
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{#
  The span of days with a session that the latest load made or remade. As literals, because a day known only while the
  query runs does not spare it the sessions of all days. No ref: every test of every model would depend on it.
#}
{% macro latest_days() -%}
    {%- set span = run_query(
        'select min(session_day), max(ended_day) from intermediate.int_sessions'
        ~ ' where load_seq = (select max(load_seq) from intermediate.int_sessions)'
    ).rows[0] -%}
    {%- if span[0] is none -%}
        false
    {%- else -%}
        event_day between date '{{ span[0] }}' and date '{{ span[1] }}'
    {%- endif -%}
{%- endmacro %}
