"""Themes of home, food, leisure and technology.

Belongs here: words only. Does not belong here: how names are put together (``embedded_namer``).
"""

from typing import Final

from models.taste.naming.name_words_kinds import THINGS, theme, voice

THING_THEMES: Final = (
    theme("decor", THINGS,
        "인테리어 홈데코 조명 무드등 커튼 액자 화병 러그 오브제 쿠션 거울 벽시계 소품 포스터 캔들홀더"
        " decoration decor heart hanging wicker frame mirror clock lantern hook doormat cushion holder tlight wall"
        " sign door drawer knob zinc"
        " wood cabinet metal lamp interior chandelier",
        voice("아늑한|감성 가득|포근한|정감 있는", "홈데코|공간 감성|집 꾸미기|인테리어 취향",
            "머무는 공간을 정성껏 꾸미는|소품 하나로 집의 분위기를 바꾸는"),
        voice("Cosy|Warm|Charming", "Home Accents|Decor|Corners",
            "homes with character|small things that warm a room")),
    theme("kitchen", THINGS,
        "주방 식기 그릇 접시 냄비 프라이팬 칼 도마 수저 밀폐용기 식탁 앞치마 도자기 테이블웨어 kitchen plate bowl"
        " spoon cutlery apron pantry"
        " enamel tableware ceramic jar napkin glass dinner diner cookware",
        voice("정갈한|다정한|소담한|맛있는", "식탁|주방 살림|부엌 풍경|그릇장",
            "차려 내는 즐거움을 아는|매일 쓰는 주방 살림에 마음을 쓰는"),
        voice("Cosy|Well-laid|Hearty", "Kitchen|Table|Tableware", "a well-laid table|everyday kitchen pleasures")),
    theme("tea", THINGS,
        "커피 원두 캡슐 드립백 홍차 녹차 찻잔 머그 머그컵 텀블러 티백 홈카페 음료 coffee tea teapot mug cup saucer"
        " regency teacup",
        voice("향긋한|느긋한|다정한", "티타임|홈카페|오후 세 시",
            "차 한 잔의 여유를 즐기는|하루에 한 번은 쉬어 가는"),
        voice("Slow|Fragrant|Cosy", "Tea Time|Coffee Break", "an unhurried cup|slow afternoons")),
    theme("baking", THINGS,
        "베이킹 케이크 쿠키 머핀 오븐 빵 디저트 baking cake cakestand cupcake muffin cookie tin jam recipe doily"
        " dessert",
        voice("달콤한|고소한|폭신한", "베이킹 시간|홈베이킹|주말 오븐",
            "직접 굽고 나누기를 좋아하는|달콤한 시간을 손수 만드는"),
        voice("Sweet|Warm|Sunday", "Baking|Cake Stand", "baking and sharing|the smell of a warm oven")),
    theme("bedding", THINGS,
        "침구 이불 베개 매트리스 토퍼 차렵이불 침대 bedding bed pillow mattress duvet quilt",
        voice("포근한|깊은|고요한", "잠자리|침실 풍경|꿀잠",
            "깊고 편안한 잠을 중요하게 여기는|침실을 포근하게 가꾸는"),
        voice("Deep|Soft|Restful", "Sleep|Bedrooms", "deep, restful sleep|soft bedrooms")),
    theme("furniture", THINGS,
        "가구 소파 책상 의자 테이블 선반 책장 furniture sofa chair table shelf desk cabinet livingroom",
        voice("오래 쓸|단단한|편안한", "가구 취향|거실 풍경|자리",
            "오래 두고 쓸 가구를 찾는|머무는 자리를 편안하게 꾸미는"),
        voice("Lasting|Solid|Restful", "Furniture|Rooms", "furniture made to last|rooms to settle in")),
    theme("housekeeping", THINGS,
        "수납 정리 정리함 청소 세제 세탁 빨래 바구니 옷걸이 휴지 생활용품 storage basket laundry cleaning hanger"
        " peg bin",
        voice("말끔한|야무진|반듯한", "살림 솜씨|정리 습관|살림살이",
            "집안을 말끔하게 가꾸는|살림을 야무지게 꾸리는"),
        voice("Tidy|Clever|Neat", "Housekeeping|Order", "a tidy home|clever household help")),
    theme("carry", THINGS,
        "장바구니 쇼핑백 도시락가방 보냉백 런치백 lunch jumbo shopper tote bag lunchbag jumbobag lunchbox",
        voice("가볍게 드는|손이 가는|알록달록", "가방 취향|나들이 가방|나들이",
            "가볍게 들고 나서는 가방을 즐겨 고르는|무늬와 쓸모를 함께 따지는"),
        voice("Cheerful|Handy|Bright", "Bags|Lunch Break|Outings",
            "cheerful bags for every errand|handy things with a pattern")),
    theme("fresh", THINGS,
        "과일 사과 배 귤 딸기 채소 야채 쌀 한우 돼지고기 등심 생선 해산물 계란 우유 유기농 친환경 산지직송 신선"
        " 샐러드 fruit vegetable organic meat",
        voice("신선한|싱그러운|제철", "장바구니|밥상|건강 식탁",
            "좋은 재료를 꼼꼼히 고르는|신선한 먹거리를 먼저 챙기는"),
        voice("Fresh|Seasonal|Green", "Groceries|Market Day", "fresh, honest ingredients|what the season brings")),
    theme("snack", THINGS,
        "과자 간식 초콜릿 젤리 사탕 견과 견과류 아이스크림 쿠키 스낵 snack chocolate candy sweet biscuit nut",
        voice("달콤한|바삭한|즐거운", "간식 시간|주전부리|당 충전",
            "입이 심심할 틈이 없는|달콤한 쉬는 시간을 즐기는"),
        voice("Sweet|Crunchy|Happy", "Snack Time|Treats", "sweet little breaks|treats to share")),
    theme("meal", THINGS,
        "밀키트 간편식 도시락 라면 국 탕 찌개 반찬 김치 냉동식품 만두 즉석밥 떡볶이 noodle meal soup",
        voice("든든한|간편한|뚝딱", "한 끼|집밥|저녁 식탁",
            "바쁜 날에도 든든하게 챙겨 먹는|간편하면서 맛있는 식사를 찾는"),
        voice("Hearty|Quick|Easy", "Meals|Suppers", "hearty meals without fuss|quick, good food")),
    theme("books", THINGS,
        "책 도서 소설 에세이 시집 자기계발 인문 역사 경제 경영 과학 철학 심리 만화 동화 그림책 문학 여행기 book"
        " novel poetry essay fiction",
        voice("고요한|깊어지는|늦은 밤", "서재|독서 시간|책장", "책장을 넘기는 시간을 아끼는|읽으며 생각을 키우는"),
        voice("Quiet|Late-night|Thoughtful", "Bookshelf|Reading Room",
            "long evenings with a book|books to think with")),
    theme("stationery", THINGS,
        "문구 노트 다이어리 펜 만년필 스티커 엽서 카드 편지지 플래너 볼펜 연필 필기구 stationery card notebook"
        " pencil pen sticker wallet magnet letter"
        " cardwallet envelope",
        voice("아기자기한|다정한|차곡차곡", "문구 감성|기록 습관|책상 위",
            "쓰고 모으는 즐거움을 아는|작은 문구에도 마음을 쓰는"),
        voice("Neat|Friendly|Little", "Stationery|Desk Joys|Paper Joys",
            "writing, collecting and giving|pretty paper things")),
    theme("craft", THINGS,
        "뜨개 뜨개질 털실 자수 원단 공예 십자수 재봉 포장 리본테이프 craft wrap feltcraft felt sewing knitting"
        " ribbon fabric yarn tissue",
        voice("손으로 빚은|정성 담은|다정한", "공방 감성|취미 시간|손재주",
            "손으로 만들고 꾸미기를 좋아하는|정성이 보이는 것을 좋아하는"),
        voice("Handmade|Patient|Crafty", "Hobbies|Workshop", "making things by hand|things made with care")),
    theme("party", THINGS,
        "파티 생일 풍선 가랜드 기념일 답례품 party birthday balloon bunting candles invitation wedding",
        voice("설레는|흥겨운|알록달록", "파티 준비|축하의 날|파티 무드",
            "함께 축하할 날을 손꼽아 준비하는|즐거운 자리를 손수 꾸미는"),
        voice("Merry|Bright|Happy", "Parties|Celebrations", "getting ready to celebrate|bright, happy gatherings")),
    theme("christmas", THINGS,
        "크리스마스 트리 산타 오너먼트 성탄 christmas santa reindeer bauble snowflake advent xmas",
        voice("반짝이는|포근한|설레는", "크리스마스|연말 감성|성탄 준비",
            "한 해의 끝을 포근하게 준비하는|반짝이는 겨울밤을 좋아하는"),
        voice("Merry|Twinkling|Cosy", "Christmas|Winter Nights",
            "a cosy, twinkling Christmas|the warmth of winter nights")),
    theme("garden", THINGS,
        "식물 화분 정원 씨앗 원예 꽃 다육 텃밭 모종 garden plant flower herb watering seed butterfly bird pot"
        " flowers",
        voice("싱그러운|푸릇한|햇살 드는", "정원|초록 일상|식물 생활",
            "초록을 곁에 두고 가꾸는|꽃과 잎에서 쉼을 얻는"),
        voice("Green|Blooming|Sunlit", "Garden|Green Days", "growing green things|flowers and fresh air")),
    theme("kids", THINGS,
        "아기 유아 키즈 아동 신생아 출산 이유식 기저귀 젖병 유모차 장난감 블록 아기옷 우주복 육아 baby kid kids"
        " children childrens toy nursery child",
        voice("해맑은|무럭무럭|알록달록", "아이의 하루|육아 일상|아이 방",
            "아이의 하루를 살뜰히 챙기는|아이와 함께 웃을 것을 찾는"),
        voice("Playful|Bright|Little", "Childhood|Playroom", "happy little ones|play and bright colours")),
    theme("cute", THINGS,
        "캐릭터 인형 피규어 귀엽 귀여운 토끼 곰돌이 고양이캐릭터 doll dolly girl spaceboy suki skull kitty fairy"
        " polkadot polka woodland circus strawberry"
        " cute doll dollygirl",
        voice("귀여운|깜찍한|동심 가득", "캐릭터 취향|동화 감성|인형 가게",
            "보면 웃음이 나는 귀여운 것을 모으는|어른이 되어도 동심을 아끼는"),
        voice("Playful|Cute|Storybook", "Characters|Charms|Fancies",
            "cute, cheerful characters|things that make you smile")),
    theme("pets", THINGS,
        "강아지 고양이 반려견 반려묘 반려동물 사료 애견 애묘 펫 배변패드 캣타워 산책줄 dog cat pet puppy kitten",
        voice("다정한|사랑 듬뿍|활기찬", "반려 생활|댕냥 일상|산책 시간",
            "함께 사는 반려동물을 가족처럼 챙기는|작은 가족의 하루를 살피는"),
        voice("Loyal|Loving|Playful", "Pet Life|Companions", "looking after a furry family|happy pets")),
    theme("camping", THINGS,
        "캠핑 텐트 타프 침낭 화로대 코펠 랜턴 차박 글램핑 낚시 camping tent campfire fishing",
        voice("낭만 가득|느긋한|별이 내리는", "캠핑의 밤|캠핑 감성|숲속 하루",
            "자연 속에서 쉬어 가기를 좋아하는|주말이면 짐을 꾸려 떠나는"),
        voice("Starlit|Easy|Free", "Camping|Campfire", "nights under the stars|weekends away from it all")),
    theme("devices", THINGS,
        "이어폰 헤드폰 스피커 블루투스 무선 무선이어폰 충전기 고속충전 보조배터리 케이블 스마트폰 휴대폰 태블릿"
        " 스마트워치 노이즈캔슬링 카메라 전자"
        " electronics smartphone headphone earbud bluetooth wireless charger camera tv audio phone tablet",
        voice("똑똑한|빠릿한|선명한", "디지털 생활|테크 취향|스마트 라이프",
            "새로운 기기를 꼼꼼히 비교하는|편리한 기술을 먼저 써 보는"),
        voice("Smart|Quick|Clear", "Tech|Digital Life|Gadgets", "smart, handy technology|the latest devices")),
    theme("computing", THINGS,
        "컴퓨터 노트북 모니터 키보드 마우스 게이밍 그래픽카드 메모리 프린터 기계식 게임 콘솔 computer notebookpc"
        " laptop monitor keyboard mouse gaming printer",
        voice("몰입하는|쾌적한|빠릿한", "책상 세팅|작업 환경|데스크 셋업",
            "책상 앞 시간을 쾌적하게 꾸미는|성능을 꼼꼼히 따져 고르는"),
        voice("Focused|Fast|Fine-tuned", "Desk Setup|Workstation", "a well-tuned desk|performance that keeps up")),
    theme("appliances", THINGS,
        "가전 에어프라이어 청소기 로봇청소기 냉장고 세탁기 건조기 공기청정기 가습기 선풍기 전자레인지 밥솥 믹서기"
        " appliances appliance kettle vacuum washer"
        " refrigerator microwave iron oven hood dishwasher hob blender",
        voice("똑똑한|편리한|손을 덜어 주는", "살림 가전|가전 취향|집안일",
            "살림의 수고를 덜어 줄 가전을 찾는|집안일을 똑똑하게 해내는"),
        voice("Helpful|Smart|Easy", "Home Helpers|Appliances", "machines that save work|an easier household")),
    theme("tools", THINGS,
        "자동차 차량 타이어 블랙박스 공구 드릴 전동 세차 오토바이 auto car tire tool tools drill construction"
        " repair tyre",
        voice("믿음직한|든든한|야무진", "공구함|차고|정비 시간",
            "손수 고치고 돌보기를 좋아하는|쓸모와 튼튼함을 먼저 보는"),
        voice("Trusty|Solid|Handy", "Toolbox|Garage", "fixing things by hand|sturdy, useful gear")),
)  # fmt: skip

GENERAL: Final = theme(
    "general", THINGS, "",
    voice("손이 가는|눈길 머무는|마음 가는|자꾸 끌리는|취향 담은", "발견|컬렉션|장바구니|취향 산책|이야기",
        "마음에 드는 것을 찬찬히 고르는|자기만의 기준이 또렷한|좋아하는 것을 깊이 파고드는"),
    voice("Curious|Personal|Fine|Chosen", "Finds|Collection|Picks|Discoveries|Wish List",
        "choosing with care|finding just the right thing|things with a story"),
)  # fmt: skip
