{#
  Score 1 (lowest fifth) to 5 (highest) by the share of rows at or below the value. Unlike ntile, customers who are equal
  score equal, so the grade does not depend on the order in which rows happen to be read.
#}
{% macro quintile(value) -%}
    least(5, 1 + floor(5 * percent_rank() over (order by {{ value }})))
{%- endmacro %}
