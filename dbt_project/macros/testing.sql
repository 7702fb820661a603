{#
  Tests of growing tables look at the rows of the latest load only, so that a day's checks do not cost more every day:
  `config: {where: __latest_load__}`. Earlier rows were checked by the load that wrote them.
#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where', '') -%}
    {%- if where == '__latest_load__' -%}
        {%- set where = 'load_seq = (select max(load_seq) from ' ~ relation ~ ')' -%}
    {%- endif -%}
    {%- if where -%}
        (select * from {{ relation }} where {{ where }}) as tested
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
