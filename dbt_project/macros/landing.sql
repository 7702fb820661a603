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

{# Rows that repeat an earlier one of the same load: a re-delivery has the same id and time. Few rows pay for the window. #}
{% macro redelivered_rows(landed) -%}
    select
        file_sequence,
        file_row_number
    from (
        select
            rows_of_load.file_sequence,
            rows_of_load.file_row_number,
            row_number() over (
                partition by rows_of_load.event_hash, rows_of_load.ts_us
                order by rows_of_load.received_at, rows_of_load.file_sequence, rows_of_load.file_row_number
            ) as delivery
        from {{ landed }} as rows_of_load
        inner join (
            select
                event_hash,
                ts_us
            from {{ landed }}
            group by event_hash, ts_us
            having count(*) > 1
        ) as repeated
            on rows_of_load.event_hash = repeated.event_hash and rows_of_load.ts_us = repeated.ts_us
    ) as ranked
    where delivery > 1
{%- endmacro %}

{# Payment gateways and other hosts of the shop among the referring hosts: coming back from them is not an arrival. #}
{% macro homecoming_hosts(landed) -%}
    select distinct outer_hosts.host
    from (
        select distinct outer_host as host
        from {{ landed }}
        where outer_host is not null
    ) as outer_hosts
    left join {{ ref('payment_gateways') }} as gateways
        on ends_with('.' || outer_hosts.host, '.' || gateways.domain)
    where
        gateways.domain is not null
        {% for host in var('site_hosts') -%}
        or outer_hosts.host = {{ url_host("'https://' || " ~ dbt.string_literal(host)) }}
        {% endfor %}
{%- endmacro %}

{# Place of a state among those of the same thing that a load brings: 1 is the one received last. #}
{% macro state_age(key) -%}
    row_number() over (
        partition by {{ key }}
        order by received_at desc, file_sequence desc, file_row_number desc
    )
{%- endmacro %}

{# Of a row of `final`: an older state that arrives late does not undo a newer one. #}
{% macro is_newer_than_stored(key) -%}
    not exists (
        select 1
        from {{ this }} as stored
        where
            stored.{{ key }} = final.{{ key }}
            and (
                stored.received_at > final.received_at
                or (stored.received_at = final.received_at and stored.file_sequence >= final.file_sequence)
            )
    )
{%- endmacro %}
