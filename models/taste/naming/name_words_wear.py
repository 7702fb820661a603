"""Themes of what people wear and carry.

Belongs here: words only. Does not belong here: how names are put together (``embedded_namer``).
"""

from typing import Final

from models.taste.naming.name_words_kinds import WEAR, theme, voice

WEAR_THEMES: Final = (
    theme("classic", WEAR,
        "클래식 우아 우아하 우아한 트위드 진주 고급 고급스럽 고급스러운 페미닌 하이웨이스트 골드버튼 울 캐시미어"
        " 실크 새틴 벨벳 펌프스 엘레강스"
        " 핸드메이드 정장구두 classic elegant tweed pearl cashmere silk satin",
        voice("클래식한|우아한|기품 있는|단아한|고운", "우아함|레이디 무드|클래식룩|품격|멋",
            "우아하고 격식 있는 차림을 좋아하는|유행을 타지 않는 고운 차림을 아끼는"),
        voice("Timeless|Graceful|Refined", "Elegance|Classics|Charm",
            "graceful, timeless dressing|refined pieces that last")),
    theme("vacance", WEAR,
        "바캉스 리조트 휴양지 트로피컬 비치 비치웨어 썸머 홀리데이 비키니 수영복 래쉬가드 밀짚모자 라탄 라탄백"
        " 쉬폰 시어서커 크로셰 로브 샌들 쇼츠"
        " 선글라스 여름 린넨 레이온 플라워 beach summer swimsuit bikini resort holiday sandal",
        voice("상큼|설레는|햇살 가득|싱그러운", "바캉스룩|휴양지 무드|리조트룩|여름휴가 무드",
            "휴가지에 어울리는 가볍고 화사한 차림을 좋아하는|떠나는 날의 설렘을 옷차림에 담는"),
        voice("Sunny|Breezy|Carefree", "Getaway|Resort Mood|Holiday Look",
            "light, sunny holiday dressing|easy days by the sea")),
    theme("street", WEAR,
        "스트릿 스트리트 오버핏 그래피티 와이드 힙 힙한 스케이트 빅로고 테크 루즈핏 헤비코튼 후드 후드티 카고"
        " 카고팬츠 조거 조거팬츠 볼캡 바시티"
        " 나일론 워싱 맨투맨 스냅백 점퍼 street hoodie skate cargo sneaker",
        voice("힙한|자유로운|거침없는|넉넉한", "스트릿 무드|스트릿룩|거리 감성|골목의 멋",
            "넉넉한 핏의 자유롭고 힙한 차림을 좋아하는|틀에 매이지 않는 거리의 멋을 즐기는"),
        voice("Bold|Easy|Laid-back", "Street Style|Street Mood",
            "loose, confident street style|relaxed shapes with attitude")),
    theme("minimal", WEAR,
        "미니멀 심플 베이직 무지 모던 놈코어 세미오버 군더더기 군더더기없는 군더더기없 수피마 텐셀 모달 울블렌드"
        " 무채색 오트밀 터틀넥 발마칸"
        " minimal simple basic plain modern",
        voice("군더더기 없는|담백한|차분한|꾸밈없는", "미니멀룩|여백의 미|기본의 멋|모던 무드",
            "장식을 덜어 낸 담백한 차림을 좋아하는|오래 입을 기본 아이템을 고르는 눈이 좋은"),
        voice("Quiet|Clean|Pared-back", "Minimalism|Essentials|Lines",
            "clean lines and quiet colours|well-made basics")),
    theme("office", WEAR,
        "오피스 데일리오피스 출근 출근룩 하객룩 하객 정장 구김없는 구김없 슬림핏 비즈니스 면접 블레이저 셋업 수트"
        " 슬랙스 쿨울 울혼방 크레이프 스판"
        " 블라우스 셔츠 펜슬 미들힐 노트북백 드레스셔츠 office business suit blazer formal",
        voice("단정한|말끔한|반듯한|똑 부러지는", "출근룩|오피스룩|오피스 무드|평일의 멋",
            "일터에서도 단정하고 구김 없는 차림을 좋아하는|평일을 반듯하게 시작하는"),
        voice("Sharp|Polished|Crisp", "Office Style|Workwear|Tailoring",
            "polished, office-ready dressing|crisp lines for busy weekdays")),
    theme("outdoor", WEAR,
        "아웃도어 고프코어 등산 트레킹 트레킹화 방풍 방수 경량 보온 고어 플리스 립스탑 구스다운 소프트쉘 바람막이"
        " 패딩 등산화 백패킹 레저"
        " outdoor hiking trekking trail fleece jacket waterproof",
        voice("든든한|가뿐한|거침없는|바람을 가르는", "아웃도어룩|고프코어 무드|산행 감성|야외 나들이",
            "바깥바람을 좋아하고 기능을 꼼꼼히 따지는|궂은 날씨에도 기꺼이 길을 나서는"),
        voice("Rugged|Fresh-air|Hardy", "Outdoors|Trail Style|Adventures",
            "the open air and gear that holds up|long days on the trail")),
    theme("lovely", WEAR,
        "러블리 로맨틱 리본 퍼프 퍼프소매 프릴 하트 사랑스럽 사랑스러운 셔링 레이스 튤 벨로아 앙고라 메리제인"
        " 뷔스티에 볼레로 플레어 피치 라벤더"
        " 데이트 romantic lace frill ribbon lovely",
        voice("사랑스러운|달콤한|설레는|수줍은", "로맨틱 무드|러블리룩|봄날 감성|데이트룩",
            "달콤하고 로맨틱한 분위기를 좋아하는|작은 디테일까지 사랑스러운 차림을 고르는"),
        voice("Sweet|Dreamy|Tender", "Romance|Love Story|Sweetness",
            "sweet, romantic details|soft and dreamy looks")),
    theme("vintage", WEAR,
        "빈티지 레트로 구제 할머니옷장 체크 워크웨어 에스닉 코듀로이 스웨이드 자카드 모헤어 캔버스 웨스턴 부츠컷"
        " 꽈배기 청자켓 앤틱 복고 앤티크"
        " vintage retro antique retrospot shabby edwardian victorian union jack",
        voice("그 시절|손때 묻은|낭만 어린|빛바랜|시간이 깃든", "레트로 감성|빈티지 무드|옛 멋|추억",
            "세월이 묻어나는 옛 멋을 좋아하는|시간이 지나도 멋스러운 것을 알아보는"),
        voice("Old-time|Well-loved|Nostalgic", "Retro Charm|Vintage Mood|Memories",
            "things with a past|the charm of days gone by")),
    theme("sport", WEAR,
        "요가 필라테스 러닝 헬스 기능성 흡한속건 냉감 컴프레션 레깅스 브라탑 러닝화 트레이닝 스포츠 애슬레저"
        " 스판덱스 드라이 메쉬 에어로 운동 골프"
        " 테니스 수영 자전거 짐웨어 sport running yoga fitness gym golf tennis bicycle",
        voice("가뿐한|활기찬|경쾌한|건강한", "애슬레저룩|스포티 무드|운동 루틴|운동 시간",
            "운동도 일상도 가볍게 즐기는|움직이기 편한 기능성을 먼저 살피는"),
        voice("Active|Light-footed|Lively", "Sport Style|Workout|Athleisure",
            "moving freely, at the gym and beyond|staying active")),
    theme("homewear", WEAR,
        "홈웨어 파자마 잠옷 수면 수면바지 수면양말 포근 포근하 포근한 보들보들 집콕 편안 편안하 편안한 이지 극세사"
        " 거즈 와플 플란넬 순면 담요 가운"
        " 실내화 언더웨어 브라렛 속옷 pyjama homewear slipper robe blanket",
        voice("포근한|나른한|느긋한|보들보들한", "집콕룩|주말 아침|집콕 무드|홈웨어 취향",
            "집에서 보내는 포근한 시간을 아끼는|몸을 감싸는 포근함을 좋아하는"),
        voice("Cosy|Snug|Unhurried", "Home Comforts|Lazy Mornings|Nights In",
            "soft things and slow mornings|cosy hours at home")),
    theme("casual", WEAR,
        "캐주얼 데일리 데일리룩 청바지 데님 티셔츠 반팔 반팔티 긴팔 니트 가디건 팬츠 바지 원피스 스커트 자켓 코트"
        " 의류 옷"
        " casual daily jean denim shirt tshirt dress skirt trouser apparel clothing",
        voice("편안한|꾸밈없는|산뜻한|매일 입는", "데일리룩|캐주얼 무드|주말룩|일상복",
            "매일 편하게 입을 옷을 고르는|꾸미지 않은 듯 자연스러운 차림을 좋아하는"),
        voice("Easy|Everyday|Relaxed", "Casuals|Daily Looks|Weekends",
            "easy, everyday dressing|comfortable looks for any day"), 0.5),
    theme("shoes", WEAR,
        "신발 운동화 스니커즈 구두 로퍼 부츠 샌들 힐 슬리퍼 플랫슈즈 shoe boot moccasin keds trainer loafer",
        voice("경쾌한|가벼운|멋스러운", "발걸음|슈즈 취향|신발장",
            "신발에서 멋을 시작하는|어디든 걷고 싶은 신발을 찾는"),
        voice("Light|Lively|Well-heeled", "Footsteps|Shoe Edit",
            "shoes that set the tone|good shoes for every road"), 0.7),
    theme("accessory", WEAR,
        "액세서리 귀걸이 목걸이 반지 팔찌 시계 지갑 벨트 모자 주얼리 가방 토트백 크로스백 숄더백 미니백 에코백"
        " 백팩 스카프 머플러 키링 잡화"
        " jewellery jewelry necklace earring earrings bracelet ring watch wallet purse handbag accessory umbrella",
        voice("한 끗 다른|시선을 끄는|작지만 확실한|은근히 빛나는", "포인트|액세서리 취향|마무리|디테일",
            "작은 소품 하나로 분위기를 바꾸는|옷차림의 마무리를 중요하게 여기는"),
        voice("Little|Bright|Telling", "Finishing Touch|Accents|Details",
            "the small piece that makes a look|finishing touches"), 0.7),
)  # fmt: skip
