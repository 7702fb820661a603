{#
  Everything that only one engine understands. A model calls these and stays portable; another target adds its own
  `<adapter>__<name>` beside the default, which is DuckDB's.
#}

{# Business day (date) of a UTC microsecond count in the shop's zone. #}
{% macro business_day(ts_us) %}{{ return(adapter.dispatch('business_day', 'dangol')(ts_us)) }}{% endmacro %}
{% macro default__business_day(ts_us) -%}
    cast(timezone('{{ var("time_zone") }}', make_timestamptz({{ ts_us }})) as date)
{%- endmacro %}

{# Hour of day (0-23) of a UTC microsecond count in the shop's zone. #}
{% macro business_hour(ts_us) %}{{ return(adapter.dispatch('business_hour', 'dangol')(ts_us)) }}{% endmacro %}
{% macro default__business_hour(ts_us) -%}
    cast(hour(timezone('{{ var("time_zone") }}', make_timestamptz({{ ts_us }}))) as integer)
{%- endmacro %}

{# Naive UTC timestamp to microseconds since 1970, and back. #}
{% macro to_us(timestamp) %}{{ return(adapter.dispatch('to_us', 'dangol')(timestamp)) }}{% endmacro %}
{% macro default__to_us(timestamp) -%}epoch_us({{ timestamp }}){%- endmacro %}

{% macro from_us(ts_us) %}{{ return(adapter.dispatch('from_us', 'dangol')(ts_us)) }}{% endmacro %}
{% macro default__from_us(ts_us) -%}make_timestamp({{ ts_us }}){%- endmacro %}

{# 63 bits of MD5 as a bigint: engines' own hash() differ, MD5 does not. #}
{% macro hash63(text) %}{{ return(adapter.dispatch('hash63', 'dangol')(text)) }}{% endmacro %}
{% macro default__hash63(text) -%}cast(md5_number_lower({{ text }}) >> 1 as bigint){%- endmacro %}

{# The first 60 bits of a member key (32 hexadecimal digits) as a bigint, for narrow joins. #}
{% macro member_hash(member_key) %}{{ return(adapter.dispatch('member_hash', 'dangol')(member_key)) }}{% endmacro %}
{% macro default__member_hash(member_key) -%}try_cast('0x' || left({{ member_key }}, 15) as bigint){%- endmacro %}

{# Host of a URL in lower case without port and leading www.; null when there is none. #}
{% macro url_host(url) %}{{ return(adapter.dispatch('url_host', 'dangol')(url)) }}{% endmacro %}
{% macro default__url_host(url) -%}
    nullif(regexp_replace(lower(split_part(split_part({{ url }}, '/', 3), ':', 1)), '^(www|m)\.', ''), '')
{%- endmacro %}

{# A host without its first `labels` labels (naver.com of m.blog.naver.com for 2); itself where it has fewer. #}
{% macro without_labels(host, labels) %}{{ return(adapter.dispatch('without_labels', 'dangol')(host, labels)) }}{% endmacro %}
{% macro default__without_labels(host, labels) -%}
    {%- if labels == 0 -%}
        {{ host }}
    {%- else -%}
        regexp_replace({{ host }}, '^([^.]+\.){% raw %}{{% endraw %}{{ labels }}{% raw %}}{% endraw %}', '')
    {%- endif -%}
{%- endmacro %}

{# Value of a query parameter; null when absent or empty. Percent-decoded unless that gives no UTF-8 (cut off, EUC-KR). #}
{% macro url_parameter(url, name) %}{{ return(adapter.dispatch('url_parameter', 'dangol')(url, name)) }}{% endmacro %}
{% macro default__url_parameter(url, name) -%}
    {%- set raw = "replace(regexp_extract(" ~ url ~ ", '[?&]" ~ name ~ "=([^&#]*)', 1), '+', ' ')" -%}
    nullif(coalesce(try(url_decode({{ raw }})), {{ raw }}), '')
{%- endmacro %}

{# True where text matches a regular expression anywhere. #}
{% macro matches(text, pattern) %}{{ return(adapter.dispatch('matches', 'dangol')(text, pattern)) }}{% endmacro %}
{% macro default__matches(text, pattern) -%}regexp_matches({{ text }}, {{ pattern }}){%- endmacro %}

{# Value of `result` in the first / last row by instant; of rows at one instant the smaller / larger hash decides. #}
{% macro first_by(result, at, tie) %}{{ return(adapter.dispatch('first_by', 'dangol')(result, at, tie)) }}{% endmacro %}
{% macro default__first_by(result, at, tie) -%}arg_min({{ result }}, row({{ at }}, {{ tie }})){%- endmacro %}
{% macro last_by(result, at, tie) %}{{ return(adapter.dispatch('last_by', 'dangol')(result, at, tie)) }}{% endmacro %}
{% macro default__last_by(result, at, tie) -%}arg_max({{ result }}, row({{ at }}, {{ tie }})){%- endmacro %}

{# Every date from `first` to `last`, one row each. #}
{% macro days_between(first, last) %}{{ return(adapter.dispatch('days_between', 'dangol')(first, last)) }}{% endmacro %}
{% macro default__days_between(first, last) -%}
    cast(unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as date)
{%- endmacro %}

{# A type of one byte for event names, for the windows over millions of rows. #}
{% macro event_name_type() %}{{ return(adapter.dispatch('event_name_type', 'dangol')()) }}{% endmacro %}
{% macro default__event_name_type() -%}
    enum(
        'page_view', 'product_view', 'category_view', 'search', 'add_to_cart', 'remove_from_cart', 'begin_checkout',
        'purchase', 'refund', 'sign_up', 'login', 'banner_impression', 'banner_click', 'widget_impression',
        'widget_click', 'message_open', 'message_click'
    )
{%- endmacro %}

{# The category of a path ('a > b > c') and every category above it ('a', 'a > b'), one row each. #}
{% macro category_levels(path) %}{{ return(adapter.dispatch('category_levels', 'dangol')(path)) }}{% endmacro %}
{% macro default__category_levels(path) -%}
    unnest(list_transform(
        generate_series(1, len(string_split({{ path }}, ' > '))),
        lambda level: array_to_string(string_split({{ path }}, ' > ')[:level], ' > ')
    ))
{%- endmacro %}

{# A text of a JSON object by its name; null when it has none, or is no JSON. #}
{% macro json_text(object, name) %}{{ return(adapter.dispatch('json_text', 'dangol')(object, name)) }}{% endmacro %}
{% macro default__json_text(object, name) -%}try(json_extract_string({{ object }}, '$.{{ name }}')){%- endmacro %}
