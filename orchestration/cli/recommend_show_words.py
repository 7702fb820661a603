"""What `dangol recommend show` and `quality` say, in the shop's language.

Belongs here: phrases in Korean and English. Does not belong here: when a phrase is said (``recommend_why``), layout
(``screen``), what is said of models and rules (``recommend_words``).
"""

from typing import Final

from models.words import Phrases
from orchestration.cli.recommend_words import PHRASES as SHARED

OWN: Final[Phrases] = {
    # headings
    "rank": ("순위", "rank"),
    "product_id": ("상품 코드", "product"),
    "product": ("상품", "name"),
    "price": ("판매가", "price"),
    "why": ("이유", "why"),
    "source": ("출처", "source"),
    "rows": ("행", "rows"),
    "share": ("비중", "share"),
    "lists": ("목록", "lists"),
    "full_lists": ("가득 찬 목록", "full lists"),
    "histories": ("평가한 기록", "histories"),
    "hr_20": ("적중률@20", "HR@20"),
    "mrr_20": ("MRR@20", "MRR@20"),
    "ndcg_20": ("NDCG@20", "NDCG@20"),
    "catalogue_coverage": ("노출 상품 비율", "coverage"),
    "novelty": ("참신성(비트)", "novelty (bits)"),
    # titles and notes
    "of_product": ("{name} ({id})", "{name} ({id})"),
    "of_customer": ("고객 {id}", "Customer {id}"),
    "of_query": ("'{query}' 검색", "Search for '{query}'"),
    "of_category": ("카테고리 {name}", "Category {name}"),
    "of_page": ("{page} 페이지", "{page} page"),
    "whole_shop": ("쇼핑몰 전체", "the whole shop"),
    "data_until": ("{day}까지의 데이터로 만든 추천", "Made from data up to {day}"),
    "taken_as": ("'{typed}'은(는) '{meant}'(으)로 보고 찾았습니다.", "'{typed}' was taken for '{meant}'."),
    "by_text": (
        "'{typed}'은(는) 두 번 이상 검색된 적이 없어 상품 이름과 분류에서 찾았습니다. {hint}",
        "'{typed}' was never searched for twice: these match by name and category. {hint}",
    ),
    "not_sold": ("판매 중이 아닌 상품이라 추천되지는 않습니다.", "It is not on sale, so that it is never recommended."),
    "no_rows": ("나올 상품이 없습니다.", "There is nothing to show."),
    "messages": ("메시지 상품 항목", "Products for messages"),
    "item_cart_related": ("장바구니 연관 상품", "related to the cart"),
    "item_recent_related": ("최근 본 상품 연관 상품", "related to the latest viewed"),
    "item_most_viewed_related": ("많이 본 상품 연관 상품", "related to the most viewed"),
    "item_latest_cart": ("최근 담은 상품", "latest in the cart"),
    "item_most_viewed": ("가장 많이 본 상품", "most viewed"),
    "item_latest_viewed": ("최근 본 상품", "latest viewed"),
    "item_repeat_purchase": ("재구매할 때가 된 상품", "due to be bought again"),
    # which context serves a page
    "from_page": ("이 페이지의 {what}", "{what} of this page"),
    "from_customer": ("고객이 최근 본 {what}", "{what}, the customer's latest"),
    "from_customer_search": ("고객이 최근 검색한 {what}", "{what}, the customer's latest"),
    "from_customer_self": ("고객의 개인화 목록", "the customer's own list"),
    "from_shop": ("아는 것이 없어 쇼핑몰 전체 추세", "nothing is known: the shop's trend"),
    "only_segment": ("세그먼트 {segment}에게만 보입니다.", "Only customers of {segment} see it."),
    # reasons
    "viewed_customers": ("함께 본 고객 {count}명", "viewed together by {count} customers"),
    "viewed_visits": ("함께 본 방문 {count}회", "viewed together in {count} visits"),
    "viewed": ("함께 본 상품", "viewed together"),
    "bought_customers": ("함께 산 고객 {count}명", "bought together by {count} customers"),
    "bought_orders": ("함께 산 주문 {count}건", "bought together in {count} orders"),
    "bought": ("함께 산 상품", "bought together"),
    "next_visits": ("이 상품 다음에 본 방문 {count}회", "viewed after it in {count} visits"),
    "style": ("비슷한 스타일 (유사도 {score})", "similar style (likeness {score})"),
    "best": ("이 카테고리 인기 상품", "best seller of the category"),
    "best_orders": (
        "이 카테고리 인기 상품 (최근 구매 {count}건)",
        "best seller of the category ({count} bought lately)",
    ),
    "best_of_parent": ("상위 카테고리 인기 상품", "best seller of the category above"),
    "best_of_place": ("같은 카테고리 인기 상품", "best seller of its category"),
    "best_of_shop": ("쇼핑몰 인기 상품", "best seller of the shop"),
    "on_sale": ("판매 중인 상품", "on sale"),
    "rising": ("요즘 많이 찾는 상품", "in demand lately"),
    "clicks": ("'{query}' 검색 후 클릭 {count}회", "{count} clicks after searching for '{query}'"),
    "text": ("상품 이름·분류가 '{query}'와 맞음", "name or category matches '{query}'"),
    "seen_self": ("직접 {count}번 본 상품", "looked at {count} times by the customer"),
    "seen_with": ("최근 본 '{name}'와 함께 본 고객 {count}명", "viewed with '{name}' by {count} customers"),
    "taste": ("비슷하게 둘러본 고객들이 본 상품", "viewed by customers who browse alike"),
    "rule": ("규칙 {name}", "rule {name}"),
    "instead": ("{reason} · 대신 채움", "{reason} · filled in"),
    # sources in words
    "source_category_best_sellers": ("카테고리 인기 상품", "best sellers of categories"),
    "source_shop_best_sellers": ("쇼핑몰 인기 상품", "best sellers of the shop"),
    "source_catalogue": ("판매 중인 아무 상품", "anything on sale"),
    "source_none": ("(규칙이 비운 목록)", "(emptied by rules)"),
    "algorithm_popular": ("(비교) 전체 인기 상품", "(for comparison) most popular"),
    # quality
    "quality_title": ("추천 품질 · {first} ~ {last}", "Quality of recommendations · {first} to {last}"),
    "quality_how": (
        "전날 저녁의 목록이 다음 날 고객이 이어서 본 상품을 맞힌 비율입니다. "
        "개인화 추천은 그날 첫 방문에서 처음 본 상품들로 잽니다.",
        "How often the lists of the evening before held what was looked at next on the day; personal lists: what a "
        "customer looked at first on coming back.",
    ),
    "sources_title": ("목록을 채운 출처 · {day}", "What filled the lists · {day}"),
    "quality_none": (
        "아직 품질을 잰 날이 없습니다. 이틀치 이상의 데이터가 있어야 합니다.",
        "Quality was never measured yet: it takes two days of data.",
    ),
    # errors
    "one_of": (
        "--product, --customer, --query, --category 중 하나를 고르십시오. 함께 쓰려면 --page도 주십시오.",
        "give one of --product, --customer, --query and --category; several together need --page",
    ),
    "no_lists": (
        "아직 추천을 만든 적이 없습니다. 데이터를 넣고(`dangol ingest`) `dangol run`을 실행하십시오.",
        "recommendations were never made: bring data (`dangol ingest`), then `dangol run`",
    ),
    "no_limit": ("--limit {limit}: 1 이상이어야 합니다.", "--limit {limit} must be 1 or more"),
    "no_days": ("--days {days}: 1 이상이어야 합니다.", "--days {days} must be 1 or more"),
    "no_page": ("--page {page!r}: {pages} 중 하나여야 합니다.", "--page {page!r} is not one of {pages}"),
    "no_algorithm": (
        "--algorithm {algorithm!r}: 여기서는 {algorithms} 중 하나여야 합니다.",
        "--algorithm {algorithm!r} is not one of {algorithms}, which there are here",
    ),
    "no_product": ("{id} 상품이 없습니다. {hint}", "there is no product {id}. {hint}"),
    "no_category": ("{id} 카테고리가 없습니다. {hint}", "there is no category {id}. {hint}"),
    "no_query": (
        "'{query}'(으)로 검색된 적이 없고 맞는 상품도 없습니다. {hint}",
        "nobody searched for '{query}', and no product matches it. {hint}",
    ),
    "no_customer": (
        "고객 {id}을(를) 본 적이 없습니다. 고객 키나 쇼핑몰의 회원 ID를 쓰십시오. 처음 온 고객에게 보이는 것: "
        "`dangol recommend show --page main`.",
        "customer {id} was never seen: write a customer key, or the shop's own member id. What new customers are "
        "shown: `dangol recommend show --page main`",
    ),
    "new_since": (
        "{id}은(는) 마지막으로 추천을 만든 뒤에 들어왔습니다. `dangol run`을 실행하십시오.",
        "{id} came after recommendations were made: `dangol run` makes its lists",
    ),
    "no_models": ("{page} 페이지에 켜진 모델이 없습니다.", "there is no model on the {page} page that is on"),
    "nearest_are": ("가까운 것: {nearest}.", "Nearest: {nearest}."),
    "nearest_queries_are": ("비슷한 검색어: {nearest}.", "Queries like it: {nearest}."),
    "nothing_near": ("비슷한 것도 없습니다.", "There is nothing like it."),
}
PHRASES: Final[Phrases] = {**SHARED, **OWN}
