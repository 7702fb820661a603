{# What can be summed over devices is: pc and mobile together are all. #}
{% test devices_add_up(model) %}
select
    day,
    sum(case when device = 'all' then sessions else -sessions end) as sessions_left,
    sum(case when device = 'all' then orders else -orders end) as orders_left,
    sum(case when device = 'all' then page_views else -page_views end) as page_views_left
from {{ model }}
group by day
having sessions_left != 0 or orders_left != 0 or page_views_left != 0 or count(*) != 3
{% endtest %}
