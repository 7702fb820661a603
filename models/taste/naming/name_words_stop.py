"""Words of a catalogue that say nothing about taste.

Belongs here: selling words, sizes, units and function words, Korean and English. Does not belong here: what a word that
does say something means (``name_words_*``), and how words are cut (``korean``).
"""

import re
from typing import Final

from models.taste.korean_keys import words_of

_KOREAN = """
    가격 가을신상 개월 겨울신상 고객 공식 공용 공구 국내 국내배송 국내산 국산 기본 기타 기획 기획전 기획세트 남녀
    남녀공용 낱개 너무 단독 단품 당일 당일발송 당일출고 대용량 덤 득템 디자인 로켓배송 리뷰 리필 마감 마지막 매우
    모음 모음전 무료 무료배송 무배 묶음 문의 미포함 및 반값 반품 발송 배송 번들 베스트 벌 본품 본사 본사정품 봄신상
    브랜드 빅사이즈 빠른배송 사계절 사은품 사이즈 상품 새상품 색상 선착순 선택 세일 세트 소용량 수량 수입 순차발송
    시즌 신규 신상 신상품 신제품 아울렛 에디션 여름신상 예약 예약판매 오늘 오늘출발 오늘출고 옵션 원플러스원 위한
    이벤트 이상 이하 인기 인증 일반 입고 재입고 재고 전용 전체 정가 정품 제품 증정 증정품 진행 참고 첫구매 추가
    추가구성 추천 출고 출시 카테고리 컬러 쿠폰 택배 특가 특별 특별가 파격 판매 패키지 포함 품절 품절임박 품질
    프리사이즈 필수 필수템 한정 한정수량 한정판 할인 핫딜 해외 해외배송 해외직구 행사 호환 혜택 혹은 후기 당첨 이것
    그것 저것 것 수 등 외 용 위 더 또 각 약 총 또는 그리고 모든 여러 새로운 좋은 큰 작은 같은 다른 많은 없는 있는
"""
_ENGLISH = """
    a an and as assorted at best bundle buy by colour color cm design designs each edition extra fit for free from
    hot in inch is it item items kit large lot made medium mini multi my new no of off offer on one only or original
    our pack packs pair pcs pc piece pieces plus product ref regular sale set sets shipping size sizes small special
    standard style that the this to top two type unisex unit up us various very was we with x xl xs xxl you your
    adjust adjustment amazon carriage check damaged damages discount ebay fee found lost manual missing postage
    sample samples sold test thrown wrong ss fw sm md lg
"""
STOP_WORDS: Final = frozenset(words_of(_KOREAN + _ENGLISH))

_UNITS = "|".join(
    words_of("""
    ml l 리터 g 그램 kg 킬로 mg mcg iu oz lb lbs cm 센치 mm m 미터 km in inch 인치 ft 호 매 매입 개 개입 입 팩 병
    캔 박스 봉 봉지 포 정 캡슐 장 권 켤레 족 종 종세트 세트 구 단 단계 인 인용 인분 평 형 세 살 개월 개월분 일
    일분 주 년 월 원 만원 차 회 탄 p ea pc pcs pk pack set x w v a hz mah wh gb tb mb k ah th st nd rd d t yd ss
    fw s size 사이즈 퍼센트
    """)
)
# Digits are taken whole (++): a word of many digits is refused at once.
MEASURE: Final = re.compile(
    rf"(?:\d++(?:[.,x+~/-]\d++)*+(?:{_UNITS})?)+|free|os|xxs|xs|s|m|l|xxl|\d*xl|f|[a-g]\d{{2,3}}",
    re.IGNORECASE,
)
ENDINGS: Final = frozenset(
    words_of("고 게 지만 아서 어서 여서 면 면서 며 려고 도록 니 아 어 아도 어도 으면 다 는다 ᆫ다 자 냐 습니다 어요 아요")
)
"""What verbs and adjectives end with when a sentence goes on or stops."""
