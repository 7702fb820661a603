{#
  Incremental strategies of our own (dbt calls get_incremental_<strategy>_sql). All replace rows inside one transaction.
#}

{# The load up to which this model has taken in its parents; -1 before the first. #}
{% macro seen_load_seq() -%}
    (select coalesce(max(load_seq), -1) from {{ this }})
{%- endmacro %}

{# Days whose metrics changed since this model took in its parents; all of them before the first time. #}
{% macro days_to_remake() -%}
    select
        day,
        metrics_load_seq as load_seq
    from {{ ref('mart_changed_days') }}
    {% if is_incremental() -%}
    where metrics_load_seq > {{ seen_load_seq() }}
    {%- endif %}
{%- endmacro %}

{#
  replace_blocks: a recomputed block of sessions takes the place of every stored session of the same visitor that starts
  inside it. delete+insert by session key would leave the dead halves behind when a late event bridges two sessions.
#}
{% macro get_incremental_replace_blocks_sql(arg_dict) %}
    {%- set target, source = arg_dict["target_relation"], arg_dict["temp_relation"] -%}
    {%- set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
    delete from {{ target }} as stored
    using (
        select distinct visitor_hash, block_started_us, block_ended_us from {{ source }}
    ) as fresh
    where
        stored.visitor_hash = fresh.visitor_hash
        and stored.started_us between fresh.block_started_us and fresh.block_ended_us;

    insert into {{ target }} ({{ columns }}) select {{ columns }} from {{ source }}
{% endmacro %}

{# replace_keys: rows with the same unique_key give way; `incremental_predicates` bound the search in the target. #}
{% macro get_incremental_replace_keys_sql(arg_dict) %}
    {%- set target, source = arg_dict["target_relation"], arg_dict["temp_relation"] -%}
    {%- set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
    {%- set keys = [arg_dict["unique_key"]] if arg_dict["unique_key"] is string else arg_dict["unique_key"] -%}
    delete from {{ target }} as stored
    using (select distinct {{ keys | join(", ") }} from {{ source }}) as fresh
    where
        {% for key in keys %}{{ "and " if not loop.first }}stored.{{ key }} = fresh.{{ key }} {% endfor %};

    insert into {{ target }} ({{ columns }}) select {{ columns }} from {{ source }}
{% endmacro %}

{#
  Before an incremental run of int_sessions: the span of time in which stored events may have to be read again, so that
  the scan of the events skips all days outside it. Without it (full refresh, unit test) nothing is skipped.
#}
{% macro bound_affected_events() %}{{ return(adapter.dispatch('bound_affected_events', 'dangol')()) }}{% endmacro %}
{% macro default__bound_affected_events() -%}
{% if is_incremental() %}
    set variable affected = (
        with fresh as (
            select visitor_hash, min(ts_us) as from_us, max(ts_us) as to_us
            from {{ ref('stg_landing__events') }}
            where load_seq > {{ seen_load_seq() }}
            group by visitor_hash
        ),

        reached as (
            select min(stored.block_started_us) as from_us, max(stored.block_ended_us) as to_us
            from {{ this }} as stored
            inner join fresh
                on
                    stored.visitor_hash = fresh.visitor_hash
                    and stored.block_started_us <= fresh.to_us + {{ var('session_gap_minutes') | int * 60000000 }}
                    and stored.block_ended_us >= fresh.from_us - {{ var('session_gap_minutes') | int * 60000000 }}
        ),

        spans as (
            select from_us, to_us from fresh
            union all
            select from_us, to_us from reached
        )

        select {from_us: min(from_us), to_us: max(to_us)} from spans
    )
{% endif %}
{%- endmacro %}

{% macro affected_from_us() %}{{ return(adapter.dispatch('affected_from_us', 'dangol')()) }}{% endmacro %}
{% macro default__affected_from_us() -%}
    coalesce(getvariable('affected')['from_us'], -9000000000000000000)
{%- endmacro %}

{% macro affected_to_us() %}{{ return(adapter.dispatch('affected_to_us', 'dangol')()) }}{% endmacro %}
{% macro default__affected_to_us() -%}
    coalesce(getvariable('affected')['to_us'], 9000000000000000000)
{%- endmacro %}

{#
  replace_days: the fresh rows take the place of every stored row of the days that were made anew, also where no fresh row
  comes: an order may have lost its touch. `meta: {remade: send_days}` for what is kept by the day a send was planned for,
  else order_days. In a run of nothing but unknown days (the list is empty) nothing goes.
#}
{% macro get_incremental_replace_days_sql(arg_dict) %}
    {%- set target, source = arg_dict["target_relation"], arg_dict["temp_relation"] -%}
    {%- set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
    {%- set by_send = config.get("meta", {}).get("remade", "order_days") == "send_days" -%}
    delete from {{ target }}
    where day in ({{ send_days_to_remake() if by_send else order_days_to_remake() }});

    insert into {{ target }} ({{ columns }}) select {{ columns }} from {{ source }}
{% endmacro %}
