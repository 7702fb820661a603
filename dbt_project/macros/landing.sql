{#
  How models see the landing zone: the load in progress lists its files in lake/load.json (written before dbt starts).
  The session variables are set by a pre-hook, because a table function takes a list only as a constant.
#}
{% macro open_load() %}{{ return(adapter.dispatch('open_load', 'dangol')()) }}{% endmacro %}
{% macro default__open_load() -%}
    set variable load = (select l from read_json_auto('{{ env_var("DANGOL_HOME", ".") }}/lake/load.json') as l)
{%- endmacro %}

{% macro current_load_seq() %}{{ return(adapter.dispatch('current_load_seq', 'dangol')()) }}{% endmacro %}
{% macro default__current_load_seq() -%}coalesce(cast(getvariable('load')['load_seq'] as integer), 0){%- endmacro %}

{# Landing files are numbered; the number orders what was received at the same instant. #}
{% macro landing_sequence(filename) %}{{ return(adapter.dispatch('landing_sequence', 'dangol')(filename)) }}{% endmacro %}
{% macro default__landing_sequence(filename) -%}
    coalesce(try_cast(left(parse_filename({{ filename }}), 10) as bigint), 0)
{%- endmacro %}
