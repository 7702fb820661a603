"""What no name and no description of a group may say.

Belongs here: banned words by reason, the patterns of personal data. Does not belong here: other rules (``naming``).
"""

import re
from typing import Final

from models.taste.korean_keys import words_of


def _any_of(korean: str, english: str) -> re.Pattern[str]:
    latin = "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in english.split("|"))
    return re.compile("|".join([*map(re.escape, words_of(korean)), rf"(?<![a-z0-9])(?:{latin})(?![a-z0-9])"]))


BANNED: Final = {
    # Fair Labelling and Advertising Act: claims of being first that nobody proves
    "superlative or absolute claim": _any_of(
        """
        최고 최저가 최상 최초 최대 최강 1위 일등 넘버원 유일무이 업계유일 국내유일 세계유일 100% 100퍼센트 백프로
        완벽 무조건 영구적 무결점 절대적
        """,
        "best|no. 1|number one|#1|greatest|cheapest|perfect|guaranteed|world's first|100 percent|unbeatable",
    ),
    # Cosmetics Act article 13, Food Labelling and Advertising Act article 8: no medicine
    "medical claim": _any_of(
        """
        치료 완치 치유 효능 의약 처방 임상 항암 항염 살균 소염 아토피 여드름 질병 질환 면역 세포재생 부작용 디톡스
        지방분해 체중감량 발모 혈당 혈압 통증
        """,
        "cure|cures|heal|heals|therapy|clinical|medicine|medical|disease|acne|detox|prescription|immunity",
    ),
    "insulting or hateful word": _any_of(
        """
        씨발 병신 새끼 지랄 미친년 창녀 맘충 급식충 틀딱 한남충 김치녀 된장녀 김여사 짱깨 쪽바리
        깜둥이 장애자 벙어리 뚱땡이 못생긴 꼴통 좆
        """,
        "fuck|shit|bitch|slut|whore|nigger|retard|fat people|ugly people|idiot|stupid|nazi",
    ),
}
PERSONAL: Final = re.compile(
    r"\d{2,4}[-. ]\d{3,4}[-. ]\d{4}|\d{7,}|[\w.+-]+@[\w-]+\.\w+|https?://|www\.|\d{6}-[1-4]\d{6}", re.IGNORECASE
)
