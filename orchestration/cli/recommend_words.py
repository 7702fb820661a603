"""What `dangol recommend models` and `rules` say, in the shop's language.

Belongs here: phrases in Korean and English. Does not belong here: what is wrong with a document
(``document_problems``), rules in words (``recommend_rule_text``), layout (``screen``).
"""

from typing import Final

from models.words import Phrases
from orchestration.cli.words import DOCUMENT_PHRASES

PHRASES: Final[Phrases] = {
    **DOCUMENT_PHRASES,
    # headings
    "page": ("페이지", "page"),
    "basis": ("기준", "basis"),
    "algorithm": ("알고리즘", "algorithm"),
    "rules": ("규칙", "rules"),
    "segment": ("세그먼트", "segment"),
    "origin": ("출처", "origin"),
    "priority": ("우선순위", "priority"),
    "pages": ("적용 페이지", "pages"),
    "condition": ("조건", "condition"),
    "action": ("결과", "action"),
    "trigger": ("노출 시점", "shown"),
    "widget_title": ("위젯 제목", "title"),
    "elements": ("구성 요소", "elements"),
    "items": ("상품 개수", "items"),
    "ab_split": ("A/B 테스트", "A/B test"),
    "made": ("마지막 생성", "last made"),
    "made_on": ("{day} ({days}일치 데이터)", "{day}, from {days} days of data"),
    "trained_on": (", {day}에 학습", ", trained on {day}"),
    # values
    "built_in": ("기본", "built-in"),
    "changed_built_in": ("기본(변경)", "built-in, changed"),
    "own": ("직접", "own"),
    "all_pages": ("전체", "all"),
    "everybody": ("전체 고객", "everybody"),
    "rules_of_page": ("페이지의 모든 규칙", "all of the page"),
    "no_rules": ("없음", "none"),
    "always": ("항상", "always"),
    "page_main": ("메인", "main"),
    "page_category": ("카테고리", "category"),
    "page_product": ("상품 상세", "product"),
    "page_cart": ("장바구니", "cart"),
    "page_search": ("검색 결과", "search"),
    "basis_category": ("카테고리", "category"),
    "basis_product": ("상품", "product"),
    "basis_search": ("검색어", "search"),
    "basis_customer": ("고객", "customer"),
    "algorithm_viewed_together": ("함께 본 상품", "viewed together"),
    "algorithm_bought_together": ("함께 구매한 상품", "bought together"),
    "algorithm_next_view": ("이어서 본 상품", "viewed next"),
    "algorithm_similar_style": ("유사 스타일", "similar style"),
    "algorithm_best_sellers": ("베스트셀러", "best sellers"),
    "algorithm_trending": ("인기 상승", "trending"),
    "algorithm_search_products": ("검색어 추천", "chosen after search"),
    "algorithm_personal": ("개인화 추천", "personal"),
    "trigger_page_enter": ("페이지 진입 즉시", "on entering the page"),
    "trigger_after_seconds": ("{value}초 머문 뒤", "after {value} seconds"),
    "trigger_scroll_percent": ("{value}% 스크롤하면", "after scrolling {value}%"),
    "trigger_exit_intent": ("떠나려 할 때", "on leaving"),
    "element_image": ("이미지", "image"),
    "element_name": ("상품명", "name"),
    "element_price": ("가격", "price"),
    "element_discount": ("할인율", "discount"),
    "element_cta": ("장바구니 담기 버튼", "add-to-cart button"),
    "items_told": ("PC {pc}개, 모바일 {mobile}개", "{pc} on PC, {mobile} on mobile"),
    "variant": ("{name} {share}%", "{name} {share}%"),
    "variant_algorithm": ("{name} {share}% ({algorithm})", "{name} {share}% ({algorithm})"),
    # what was done
    "back_to_built_in": ("{id}: 기본 모델로 되돌렸습니다.", "{id} is the built-in model again."),
    # notes
    "models_title": ("추천 모델 {count}개 (켜짐 {on}개)", "{count} recommendation models ({on} on)"),
    "rules_title": ("추천 규칙 {count}개 (켜짐 {on}개)", "{count} recommendation rules ({on} on)"),
    "rules_none": (
        "아직 규칙이 없습니다. YAML 문서를 `dangol recommend rules apply FILE`로 적용하십시오.",
        "There are no rules yet: apply a YAML document with `dangol recommend rules apply FILE`.",
    ),
    "few_days": (
        "데이터가 아직 {days}일치입니다. {needed}일치가 쌓이기 전에는 추천과 성과 수치를 믿기 어렵습니다.",
        "There are {days} days of data yet; before there are {needed}, neither lists nor figures say much.",
    ),
    "contradictions": ("서로 부딪치는 규칙", "Rules that contradict each other"),
    "pin_excluded": (
        "{loser} 규칙이 고정하는 {what} {winner} 규칙이 제외하므로 나오지 않습니다.",
        "Rule {loser} pins {what} that rule {winner} excludes: it is never shown.",
    ),
    "move_excluded": (
        "{loser} 규칙이 다루는 {what} {winner} 규칙이 제외하므로 나오지 않습니다.",
        "Rule {loser} is about {what} that rule {winner} excludes: it does nothing there.",
    ),
    "two_places": (
        "{winner} 규칙과 {loser} 규칙이 {what} 서로 다른 자리에 고정합니다. {winner} 규칙이 이깁니다.",
        "Rules {winner} and {loser} pin {what} to different places: {winner} wins.",
    ),
    "same_place": (
        "{winner} 규칙과 {loser} 규칙이 같은 자리에 고정합니다. {loser} 규칙의 상품은 그 뒤에 옵니다.",
        "Rules {winner} and {loser} pin to the same place: the products of {loser} come behind.",
    ),
    "opposite": (
        "{winner} 규칙과 {loser} 규칙이 같은 상품을 하나는 앞으로, 하나는 뒤로 옮깁니다. {winner} 규칙이 이깁니다.",
        "Of rules {winner} and {loser} one boosts what the other buries: {winner} wins.",
    ),
    "what_products": ("상품 {ids}을(를)", "product {ids}"),
    "what_all": ("상품을", "what"),
    # errors
    "no_model": ("{id} 모델이 없습니다. {hint}", "there is no model {id}. {hint}"),
    "no_rule": ("{id} 규칙이 없습니다. {hint}", "there is no rule {id}. {hint}"),
    "remove_built_in": (
        "{id}는 기본 모델이라 삭제할 수 없습니다. 끄려면 `dangol recommend models off {id}`.",
        "{id} comes with Dangol and can not be removed; to switch it off: `dangol recommend models off {id}`",
    ),
    "rule_in_use": (
        "{id} 규칙은 모델 {models}에서 쓰고 있습니다. 모델에서 먼저 빼거나, 끄려면 `dangol recommend rules off {id}`.",
        "rule {id} is named by the models {models}: take it out of them first, or switch it off with `dangol "
        "recommend rules off {id}`",
    ),
}
