"""Rules in words: their condition and what they do, in one line each.

Belongs here: sentences made from a rule. Does not belong here: what a rule means (``models.recommend.rules``).
"""

from typing import Final

from models.documents.fields import Band
from models.recommend.rules.document import Action, CandidateTest, Condition, ProductTest, Rule
from models.words import Locale, Phrases
from orchestration.cli.recommend_words import PHRASES
from orchestration.cli.words import Words


def told_condition(rule: Rule, locale: Locale) -> str:
    """When the rule acts."""
    words = Words(locale, TEXTS)
    return _condition(rule.if_, words) if rule.if_ else words("always")


def told_actions(rule: Rule, locale: Locale) -> str:
    """What the rule does."""
    words = Words(locale, TEXTS)
    return ", ".join(_action(action, words) for action in rule.then)


def _condition(condition: Condition, words: Words) -> str:
    parts = [_condition(part, words) for part in condition.all_ or ()]
    if condition.any_:
        parts.append(f"({words('or').join(_condition(part, words) for part in condition.any_)})")
    if condition.not_:
        parts.append(words("not", what=_condition(condition.not_, words)))
    if condition.candidate:
        parts.append(words("candidate", what=_test(condition.candidate, words)))
    if condition.context:
        parts.append(words("context", what=_test(condition.context, words)))
    return words("and").join(parts)


def _test(test: ProductTest, words: Words) -> str:
    parts = [*_categories(test, words), *_brands(test, words), *_prices(test, words)]
    for name, values in (("ids", test.ids), ("name_contains", test.name_contains), ("tags", test.tags)):
        if values:
            parts.append(words(name, what=words.or_list(values)))
    if test.status:
        parts.append(words("status_is", what=words.or_list(test.status)))
    if test.stock:
        parts.append(words("stock", what=_band(test.stock, words)))
    parts += [
        words("attribute", key=key, what=words.or_list(values)) for key, values in (test.attributes or {}).items()
    ]
    return ", ".join(parts)


def _categories(test: ProductTest, words: Words) -> list[str]:
    category = test.category
    if category is None:
        return []
    parts = [
        words("category_is", what=words.or_list(values))
        for values in ((category.is_,) if category.is_ else None, category.in_)
        if values
    ]
    if category.under:
        parts.append(words("category_under", what=words.or_list(category.under)))
    if isinstance(test, CandidateTest) and test.category:
        for name in ("same", "same_top"):
            wanted = getattr(test.category, name)
            if wanted is not None:
                parts.append(words(f"{name}_{'yes' if wanted else 'no'}"))
    return parts


def _brands(test: ProductTest, words: Words) -> list[str]:
    brand = test.brand
    if brand is None:
        return []
    either = ((brand.is_,) if brand.is_ else None, brand.in_)
    parts = [words("brand_is", what=words.or_list(values)) for values in either if values]
    if isinstance(test, CandidateTest) and test.brand and test.brand.same is not None:
        parts.append(words("same_brand_yes" if test.brand.same else "same_brand_no"))
    return parts


def _prices(test: ProductTest, words: Words) -> list[str]:
    price = test.price
    if price is None:
        return []
    parts = [words("price_is", what=_band(price, words))] if (price.min, price.max) != (None, None) else []
    if isinstance(test, CandidateTest) and test.price:
        if test.price.than_context:
            parts.append(words(test.price.than_context))
        if test.price.ratio:
            parts.append(words("ratio", what=_band(test.price.ratio, words)))
    return parts


def _band(band: Band, words: Words) -> str:
    """'1,000~3,000', '1,000~' or '~3,000'."""
    ends = ["" if end is None else words.amount(end) for end in (band.min, band.max)]
    return "~".join(ends)


def _action(action: Action, words: Words) -> str:
    if action.pin is not None:
        return words("pin", place=action.pin)
    if action.boost is not None:
        return words("boost", factor=words.amount(action.boost))
    if action.bury is not None:
        return words("bury_end") if action.bury == "end" else words("bury", factor=words.amount(float(action.bury)))
    if action.limit is not None:
        return words("limit", most=action.limit.most, per=words(f"per_{action.limit.per}"))
    return words("exclude")


TEXTS: Final[Phrases] = {
    **{key: PHRASES[key] for key in ("always", "or", "more")},
    "and": (" 그리고 ", " and "),
    "not": ("아님({what})", "not ({what})"),
    "candidate": ("추천 상품의 {what}", "recommended: {what}"),
    "context": ("기준 상품의 {what}", "context: {what}"),
    "category_is": ("카테고리가 {what}", "category {what}"),
    "category_under": ("카테고리가 {what} 이하", "category under {what}"),
    "same_yes": ("카테고리가 기준 상품과 같음", "category as the context"),
    "same_no": ("카테고리가 기준 상품과 다름", "category other than the context"),
    "same_top_yes": ("대분류가 기준 상품과 같음", "top category as the context"),
    "same_top_no": ("대분류가 기준 상품과 다름", "top category other than the context"),
    "brand_is": ("브랜드가 {what}", "brand {what}"),
    "same_brand_yes": ("브랜드가 기준 상품과 같음", "brand as the context"),
    "same_brand_no": ("브랜드가 기준 상품과 다름", "brand other than the context"),
    "price_is": ("판매가가 {what}", "price {what}"),
    "cheaper": ("판매가가 기준 상품보다 낮음", "cheaper than the context"),
    "dearer": ("판매가가 기준 상품보다 높음", "dearer than the context"),
    "ratio": ("판매가가 기준 상품의 {what}배", "price {what} times the context's"),
    "ids": ("상품 ID가 {what}", "product {what}"),
    "name_contains": ("이름에 {what} 포함", "name with {what}"),
    "status_is": ("상태가 {what}", "status {what}"),
    "stock": ("재고가 {what}", "stock {what}"),
    "tags": ("태그가 {what}", "tag {what}"),
    "attribute": ("{key}이(가) {what}", "{key} {what}"),
    "exclude": ("제외", "exclude"),
    "pin": ("{place}위에 고정", "pin to place {place}"),
    "boost": ("{factor}배 앞으로", "{factor} times further ahead"),
    "bury": ("{factor}배 뒤로", "{factor} times further back"),
    "bury_end": ("맨 뒤로", "to the end"),
    "limit": ("{per}마다 {most}개까지", "at most {most} a {per}"),
    "per_category": ("카테고리", "category"),
    "per_top_category": ("대분류", "top category"),
    "per_brand": ("브랜드", "brand"),
}
