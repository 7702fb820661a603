{#
  Where a visit came from. The channel rules are Google Analytics 4's default channel group, in its published order
  (support.google.com/analytics/answer/9756891), with Korean sources in seeds/traffic_sources.csv. One channel is ours:
  "Kakao Message" (AlimTalk, Brand Message), which GA4 would count as social although the shop itself sent it.
#}

{# Does the URL say which campaign it belongs to? A cheap test for rows by the million. #}
{% macro is_tagged_url(url) -%}
    contains({{ url }}, 'utm_')
    or contains({{ url }}, 'gclid=')
    or contains({{ url }}, 'n_ad=')
    or contains({{ url }}, 'NaPm=')
{%- endmacro %}

{% macro utm_source(url) -%}
    coalesce(
        lower({{ url_parameter(url, 'utm_source') }}),
        case
            when contains({{ url }}, 'gclid=') then 'google'
            when contains({{ url }}, 'n_ad=') then 'naver'
            when contains({{ url }}, 'NaPm=') then 'naver_shopping'
        end
    )
{%- endmacro %}

{% macro utm_medium(url) -%}
    coalesce(
        lower({{ url_parameter(url, 'utm_medium') }}),
        case
            when contains({{ url }}, 'gclid=') or contains({{ url }}, 'n_ad=') then 'cpc'
        end
    )
{%- endmacro %}

{# Source and campaign of a URL as one name, for telling whether an arrival is of another campaign. #}
{% macro campaign_name(url) -%}
    {{ utm_source(url) }} || '/' || coalesce({{ url_parameter(url, 'utm_campaign') }}, '')
{%- endmacro %}

{% macro channel(source, medium, campaign, category) -%}
    case
        when {{ source }} = '(direct)' and {{ medium }} in ('(none)', '(not set)') then 'Direct'
        when contains({{ campaign }}, 'cross-network') then 'Cross-network'
        when
            {{ matches(medium, "'^(.*cp.*|ppc|retargeting|paid.*)$'") }}
            then case
                when
                    {{ category }} = 'shopping'
                    or {{ matches(campaign, "'^(.*(([^a-df-z]|^)shop|shopping).*)$'") }}
                    then 'Paid Shopping'
                when {{ category }} = 'search' then 'Paid Search'
                when {{ category }} = 'social' then 'Paid Social'
                when {{ category }} = 'video' then 'Paid Video'
                when {{ medium }} = 'cpm' then 'Display'
                else 'Paid Other'
            end
        when {{ medium }} in ('display', 'banner', 'expandable', 'interstitial') then 'Display'
        when
            {{ medium }} in ('alimtalk', 'friendtalk', 'brandmessage', 'brand_message', 'kakao_message')
            or ({{ source }} in ('kakao', 'kakaotalk') and {{ medium }} in ('message', 'crm'))
            then 'Kakao Message'
        when
            {{ category }} = 'shopping'
            or {{ matches(campaign, "'^(.*(([^a-df-z]|^)shop|shopping).*)$'") }}
            then 'Organic Shopping'
        when
            {{ category }} = 'social'
            or {{ medium }} in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')
            then 'Organic Social'
        when {{ category }} = 'video' or contains({{ medium }}, 'video') then 'Organic Video'
        when {{ category }} = 'search' or {{ medium }} = 'organic' then 'Organic Search'
        when {{ medium }} in ('referral', 'app', 'link') then 'Referral'
        when
            {{ source }} in ('email', 'e-mail', 'e_mail', 'e mail')
            or {{ medium }} in ('email', 'e-mail', 'e_mail', 'e mail')
            then 'Email'
        when {{ medium }} = 'affiliate' then 'Affiliates'
        when {{ medium }} = 'audio' then 'Audio'
        when {{ source }} = 'sms' or {{ medium }} = 'sms' then 'SMS'
        when
            ends_with({{ medium }}, 'push')
            or contains({{ medium }}, 'mobile')
            or contains({{ medium }}, 'notification')
            or {{ source }} = 'firebase'
            then 'Mobile Push Notifications'
        else 'Unassigned'
    end
{%- endmacro %}

{# Device class of a user agent: app where the shop's own app names itself, else mobile_web or pc. #}
{% macro device_of(user_agent) -%}
    {%- set app_pattern = dbt.string_literal('(' ~ var('app_user_agents') | join('|') ~ ')') -%}
    case
        when {{ matches('lower(' ~ user_agent ~ ')', app_pattern) }} then 'app'
        when {{ matches('lower(' ~ user_agent ~ ')', "'(iphone|ipod|ipad|android|mobile|windows phone)'") }}
            then 'mobile_web'
        else 'pc'
    end
{%- endmacro %}

{#
  Joins an origin (utm source or referring host) with the seed, by itself and by the domains above it. Joins on equal
  values, not a search for the best entry, so that a filter on the day reaches the scan of the sessions.
#}
{% macro join_known_source(name, origin) -%}
    {%- for labels in range(4) %}
    left join traffic_sources as {{ name }}_{{ labels }}
        on {{ without_labels(origin, labels) }} = {{ name }}_{{ labels }}.domain
    {%- endfor %}
{%- endmacro %}

{# A column of the most specific entry found by join_known_source. #}
{% macro known_source(name, column) -%}
    coalesce({% for labels in range(4) %}{{ name }}_{{ labels }}.{{ column }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{# The tagged source as tagged, else the known name of the referring host, else the host, else (direct). #}
{% macro coalesce_source(tagged, name, host) -%}
    coalesce({{ tagged }}, case when {{ host }} is not null then {{ known_source(name, 'source') }} end, {{ host }}, '(direct)')
{%- endmacro %}

{# The tagged medium; of an untagged arrival organic for search engines, else referral; (none) without an arrival. #}
{% macro coalesce_medium(tagged_source, tagged, name, host) -%}
    coalesce(
        {{ tagged }},
        case
            when {{ tagged_source }} is not null then '(not set)'
            when {{ host }} is null then '(none)'
            when {{ known_source(name, 'category') }} = 'search' then 'organic'
            else 'referral'
        end
    )
{%- endmacro %}

{#
  The rows of `sessions`, which have landing_url and referrer_host, with source, medium, campaign and channel of the
  arrival that began them. Needs the CTE traffic_sources.
#}
{% macro with_arrival(sessions) -%}
    select
        -- noqa: disable=RF02
        sourced.* exclude (category),
        -- noqa: enable=RF02
        {{ channel('sourced.source', 'sourced.medium', 'lower(sourced.campaign)', 'sourced.category') }} as channel
    from (
        select
            -- noqa: disable=RF02
            tagged.* exclude (tagged_source, tagged_medium, tagged_campaign),
            -- noqa: enable=RF02
            {{ coalesce_source('tagged.tagged_source', 'known', 'tagged.referrer_host') }} as source,
            {{ coalesce_medium('tagged.tagged_source', 'tagged.tagged_medium', 'known', 'tagged.referrer_host') }}
                as medium,
            coalesce(tagged.tagged_campaign, '(not set)') as campaign,
            {{ known_source('known', 'category') }} as category
        from (
            select
                *,
                {{ utm_source('landing_url') }} as tagged_source,
                {{ utm_medium('landing_url') }} as tagged_medium,
                {{ url_parameter('landing_url', 'utm_campaign') }} as tagged_campaign
            from {{ sessions }}
        ) as tagged
        {{ join_known_source('known', 'coalesce(tagged.tagged_source, tagged.referrer_host)') }}
    ) as sourced
{%- endmacro %}
