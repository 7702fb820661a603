"""Themes of skin, hair, scent and health.

Belongs here: words only, and none that promises a cure. Does not belong here: how names are put together
(``embedded_namer``).
"""

from typing import Final

from models.taste.naming.name_words_kinds import BEAUTY, theme, voice

BEAUTY_THEMES: Final = (
    theme("calm", BEAUTY,
        "진정 수분 저자극 비건 약산성 민감성 민감 촉촉 촉촉하 촉촉한 무향 시카 병풀 어성초 알로에 히알루론 판테놀"
        " 토너 토너패드 패드 스킨케어 클렌징"
        " 클렌징폼 선크림 선케어 로션 세럼 보습 순하 순한 skincare moisturizer cleanser toner serum aloe",
        voice("순한|촉촉한|맑은|편안한", "스킨케어|피부 휴식|데일리 케어|기초 루틴",
            "피부에 순한 성분을 먼저 살피는|매일의 피부를 편안하게 돌보는"),
        voice("Gentle|Calm|Clear", "Skin Care|Daily Care|Skin Rest",
            "gentle care for every day|calm, comfortable skin")),
    theme("makeup", BEAUTY,
        "메이크업 색조 쿨톤 웜톤 글리터 뮤트 과즙 촉촉광 매트 글로우 쉬머 블러 젤리 립 립틴트 틴트 립스틱 쿠션"
        " 아이섀도우 팔레트 마스카라 블러셔"
        " 아이라이너 라이너 네일 로즈베이지 코랄피치 말린장미 누드핑크 체리레드 모카브라운 페이스 makeup lipstick"
        " nail mascara cosmetics",
        voice("화사한|또렷한|은은한|물드는", "메이크업|색조 무드|메이크업룩|컬러 취향",
            "얼굴빛에 맞는 색을 찾아 즐기는|그날의 기분을 색으로 표현하는"),
        voice("Radiant|Vivid|Soft-lit", "Make-up|Colour Play|Beauty Mood",
            "colour that suits the day|playing with shades")),
    theme("antiageing", BEAUTY,
        "안티에이징 주름개선 주름 탄력 고영양 영양 리프팅 미백 광채 한방 레티놀 콜라겐 펩타이드 홍삼 비타민C PDRN"
        " pdrn 앰플 아이크림 아이케어 넥크림"
        " 영양크림 에센스 뷰티디바이스 antiageing retinol collagen",
        voice("탄탄한|깊이 있는|정성스러운|공들인", "탄력 케어|밤의 루틴|에이징 케어|영양 루틴",
            "피부 탄력과 영양을 정성껏 챙기는|공들인 관리의 힘을 믿는"),
        voice("Devoted|Deep|Radiant", "Night Care|Firming Care", "rich, devoted skin care|care that goes deep")),
    theme("grooming", BEAUTY,
        "그루밍 포맨 옴므 올인원 쉐이빙 쉐이빙폼 면도 피지케어 피지 지성용 남성뷰티 쿨링 멘톨 티트리 우디 머스크"
        " 시트러스 헤어왁스 탈모 탈모샴푸"
        " 스타일링 데오드란트 향수 남성향수 톤업크림 남성 grooming shaving beard men",
        voice("산뜻한|말끔한|담백한|빈틈없는", "그루밍 루틴|맨즈 케어|아침 루틴|자기 관리",
            "간편하고 산뜻한 관리를 좋아하는|짧은 시간에 말끔하게 가꾸는"),
        voice("Fresh|Sharp|Neat", "Grooming|Morning Care", "quick, fresh grooming|a neat start to the day")),
    theme("body", BEAUTY,
        "바디케어 헤어케어 샴푸 린스 트리트먼트 바디워시 바디로션 비누 입욕제 욕실 핸드크림 치약 soap shampoo bath"
        " shower towel",
        voice("보드라운|향긋한|개운한", "샤워 시간|욕실 루틴|홈 스파",
            "하루를 개운하게 씻어 내는 시간을 좋아하는|몸과 머릿결을 꾸준히 돌보는"),
        voice("Soft|Fragrant|Fresh", "Bath Time|Home Spa", "fresh, unhurried baths|looking after body and hair")),
    theme("fragrance", BEAUTY,
        "향수 디퓨저 캔들 향 인센스 룸스프레이 아로마 향초 candle fragrance perfume scent incense diffuser tlight",
        voice("은은한|머무는|잔잔한|깊은", "향의 여운|향기 취향|향기 한 스푼",
            "향으로 공간과 기분을 바꾸는|은은하게 남는 향을 좋아하는"),
        voice("Lingering|Quiet|Warm", "Scents|Fragrance", "scents that set the mood|a room that smells of calm")),
    theme("wellness", BEAUTY,
        "영양제 건강식품 비타민 유산균 오메가3 홍삼 단백질 프로틴 이너뷰티 다이어트 콜라겐스틱 vitamin protein"
        " supplement",
        voice("든든한|꾸준한|활기찬", "하루 습관|웰니스 루틴|아침 습관",
            "매일의 건강을 꾸준히 챙기는|작은 습관으로 몸을 돌보는"),
        voice("Steady|Bright|Daily", "Wellness|Good Habits", "steady, healthy habits|feeling well every day")),
)  # fmt: skip
