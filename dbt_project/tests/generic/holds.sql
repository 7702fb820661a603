{# A business invariant: the condition is true in every row (null counts as broken). #}
{% test holds(model, condition) %}
select *
from {{ model }}
where not coalesce({{ condition }}, false)
{% endtest %}
