"""What kind of word a keyword is, and how it sounds before a noun.

Belongs here: styles, occasions, materials, ingredients, colours, product nouns, and Korean for English shop words.
Does not belong here: moods of whole groups (the theme vocabularies), and how sentences are built (``embedded_namer``).
"""

from typing import Final

from models.taste.korean_keys import key_of, keys_of, words_of

STYLE, OCCASION, MATERIAL, INGREDIENT, COLOUR, FEATURE, ITEM, OTHER = (
    "style", "occasion", "material", "ingredient", "colour", "feature", "item", "other",
)  # fmt: skip

ADNOMINALS: Final = {
    **{
        word: word + "한"
        for word in words_of("""
        클래식 미니멀 심플 모던 베이직 러블리 로맨틱 빈티지 페미닌 시크 캐주얼 스포티 포근 촉촉 산뜻 편안 보들보들
        내추럴 엘레강스 유니크 힙 슬림 화사 은은 스마트 레트로 상큼 시원 따뜻 심플모던 담백 깔끔 우아 말랑말랑
        몽글몽글 쫀쫀 깜찍 발랄 세련 차분 아늑 아기자기 매트
        """)
    },
    "고급": "고급스러운", "귀엽": "귀여운", "사랑스럽": "사랑스러운", "반짝": "반짝이는", "글리터": "반짝이는",
    "부드럽": "부드러운", "가볍": "가벼운",
}  # fmt: skip
ROOTS: Final = keys_of("""
    포근 촉촉 산뜻 편안 보들보들 힙 화사 은은 상큼 시원 따뜻 담백 깔끔 우아 말랑말랑 몽글몽글 쫀쫀 깜찍 발랄 세련 차분
    아늑 아기자기 고급 귀엽 사랑스럽 반짝 부드럽 가볍
""")
"""Adjectives whose bare form is no noun: 촉촉 is said as 촉촉한."""
ADNOMINAL_ENDINGS: Final = ("스러운", "로운", "러운", "여운", "까운", "가운", "없는", "있는", "한")
NOT_ADNOMINAL: Final = keys_of("""
    다운 구스다운 가운 로브가운 브라운 모카브라운 발마칸 북한 무한 한 대한 제한 기한 권한 샤워가운
""")

STYLES: Final = keys_of("""
    구김없는 구김없 커플 출근룩 하객룩 데일리룩
    클래식 미니멀 심플 모던 베이직 러블리 로맨틱 빈티지 레트로 페미닌 시크 캐주얼 스포티 내추럴 엘레강스 유니크 힙
    스트릿 고프코어 놈코어 에스닉 그래피티 빅로고 오버핏 루즈핏 슬림핏 세미오버 와이드 무지 하이웨이스트 골드버튼
    퍼프소매 프릴 리본 셔링 하트 체크 플라워 트로피컬 구제 워크웨어 스케이트 테크 프리미엄 포멀 비즈니스 모노톤 앤틱
    북유럽 컨트리 동양풍 꽃무늬 줄무늬 스트라이프 도트 자수 그래픽 매트 글리터 뮤트 쿨톤 웜톤 촉촉광 글로우 쉬머
    블러 과즙 젤리 벨벳틴트 워터 광채 부츠컷 플레어 크롭 롱 미니 미디 숏 진주 90년대 할머니옷장 보헤미안 프레피
    걸리시 꾸안꾸 밀리터리 댄디 포근 촉촉 산뜻 편안 보들보들 이지 시원 따뜻 무향 약산성 저자극 비건 민감성 고영양
    데일리 리프팅 미백 주름개선 탄력 안티에이징 피지케어 포맨 옴므 쿨링 지성용 한방 진정 수분 남성용 여성용 아동용
    heart star rose butterfly fairy strawberry bird flower apple union vintage retro modern classic simple minimal
    shabby paisley polkadot polka gingham floral woodland skull retrospot dotty regency victorian edwardian striped
    cute smart slim
""")
OCCASIONS: Final = keys_of("""
    트레이닝 출퇴근 소풍
    바캉스 휴양지 리조트 비치 썸머 홀리데이 여름 겨울 봄 가을 출근 하객 면접 오피스 데일리오피스 데이트 여행 캠핑
    등산 트레킹 러닝 요가 필라테스 헬스 골프 테니스 파티 생일 크리스마스 집콕 수면 운동 산책 나들이 피크닉 브런치
    결혼식 명절 christmas birthday party easter valentine wedding lunch travel garden picnic summer winter halloween
    baking
""")
MATERIALS: Final = keys_of("""
    트위드 울 캐시미어 실크 새틴 벨벳 린넨 쉬폰 레이온 라탄 시어서커 크로셰 헤비코튼 코튼 데님 나일론 기모 코듀로이
    워싱 텐셀 울블렌드 모달 수피마 폴리 스판 폴리스판 울혼방 쿨울 크레이프 고어 플리스 립스탑 구스다운 소프트쉘
    레이스 앙고라 튤 벨로아 스웨이드 자카드 모헤어 캔버스 스판덱스 메쉬 폴리우레탄 극세사 거즈 와플 플란넬 순면 가죽
    양가죽 소가죽 니트원단 원목 스테인리스 도자기 유리 대리석 실리콘 세라믹 에어로 퍼 무스탕 metal ceramic wicker
    glass wood wooden zinc enamel felt acrylic porcelain leather cotton linen silver crystal bead paper
""")
FEATURES: Final = keys_of("""
    경량 초경량 방수 방풍 보온 흡한속건 냉감 컴프레션 발열 무선 블루투스 노이즈캔슬링 고속충전 자동 접이식 휴대용
    저소음 방음 방진 기계식 대화면 초고속 저전력 wireless bluetooth waterproof foldable portable
    rechargeable automatic
""")
INGREDIENTS: Final = keys_of("""
    시카 병풀 어성초 알로에 히알루론 판테놀 레티놀 콜라겐 펩타이드 홍삼 비타민c pdrn 멘톨 티트리 우디 머스크
    시트러스 세라마이드 녹차 쌀겨 프로폴리스 달팽이 마데카소사이드 유산균 오메가3 retinol collagen
""")
COLOURS: Final = keys_of("""
    아이보리 블랙 베이지 네이비 그레이 화이트 브라운 카키 코랄 민트 옐로우 스카이블루 오렌지 핫핑크 라임 핑크 라벤더
    소라 버터 피치 머스타드 브릭 올리브 와인 청록 카멜 인디고 차콜 멜란지 레드 오트밀 샌드 네온 퍼플 로즈베이지
    코랄피치 말린장미 누드핑크 체리레드 모카브라운 블루 그린 골드 실버 로즈 black white red blue green pink purple
    yellow orange grey gray brown ivory cream gold beige navy turquoise lilac
""")
ITEM_ENDINGS: Final = words_of("""
    원피스 셔츠 티 티셔츠 팬츠 바지 스커트 자켓 재킷 코트 니트 가디건 블라우스 후드 점퍼 패딩 조끼 베스트 수트 정장
    레깅스 탑 브라탑 브라렛 뷔스티에 쇼츠 로브 가운 비키니 파자마 양말 속옷 담요 신발 부츠 로퍼 샌들 펌프스 슈즈
    구두 스니커즈 힐 러닝화 트레킹화 등산화 실내화 운동화 백 가방 백팩 벨트 모자 볼캡 버킷햇 귀걸이 목걸이 반지 팔찌
    선글라스 헤어핀 헤어밴드 토너 크림 세럼 앰플 에센스 로션 팩 마스크 패드 클렌징 클렌징폼 쿠션 틴트 립스틱
    마스카라 아이라이너 라이너 섀도우 팔레트 블러셔 샴푸 왁스 폼 향수 데오드란트 워시 디바이스 스틱 팁 의자 매트
    세트 집업 바람막이 텐트 컵 머그 텀블러 접시 그릇 냄비 프라이팬 이어폰 헤드폰 스피커 충전기 배터리 케이블 노트북
    모니터 키보드 마우스 스마트폰 태블릿 카메라 청소기 에어프라이어 냉장고 가습기 밥솥 사료 간식 과자 커피 원두 사과
    한우 우유 계란 쌀 책 소설 에세이 시집 그림책 동화 노트 다이어리 펜 스티커 엽서 인형 피규어 블록 퍼즐 장난감 이불
    베개 조명 커튼 러그 액자 화분 식물 씨앗 캔들 디퓨저 비누 기저귀 유모차 소파 책상 테이블 선반 바구니 정리함 세제
    밀키트 간편식 도시락 라면 만두 김치 초콜릿 젤리 견과 샐러드 과일 채소 공구 드릴 타이어 블랙박스 청바지 터틀넥
""")
TOO_WIDE: Final = keys_of("""
    면도 자전거용품 카테고리
    기능성 신발 생활 인테리어소품 컬렉션 컬렉션즈 여성 남성 여성의류 남성의류 여자 남자 여성복 남성복 의류 패션 뷰티
    잡화 스포츠 레저 상의 하의 아우터 이너 페이스 아이 립 용품 언더웨어 라이프 리빙 푸드 디지털 가전 식품 도서 문구
    스타일링 남성뷰티 이너뷰티 뷰티소품 스킨케어 바디케어 헤어케어 메이크업 액세서리 아이케어 선케어 패브릭 비치웨어
    홈웨어 홈드레스 men women man woman girl boy child childrens apparel accessory gift decoration design
    traditional assorted french london union
""")

KOREAN_OF: Final = {
    key_of(english): korean.replace("_", " ")
    for english, korean in (
        pair.split(":")
        for pair in words_of("""
            vintage:빈티지 retro:레트로 retrospot:레트로_도트 classic:클래식 modern:모던 heart:하트무늬
            christmas:크리스마스 birthday:생일 party:파티 card:카드 wrap:포장지 ribbon:리본 doll:인형 dolly:인형
            garden:정원 flower:꽃무늬 rose:장미 butterfly:나비 bird:새 candle:캔들 holder:홀더 tlight:티라이트
            clock:시계 wall:벽_장식 mirror:거울 frame:액자 cushion:쿠션 sign:사인보드 metal:메탈 ceramic:도자기
            glass:유리 wicker:라탄 wood:나무 wooden:나무 zinc:아연 enamel:법랑 mug:머그 cup:컵 saucer:찻잔 tea:티
            teapot:티포트 coffee:커피 plate:접시 bowl:볼 spoon:스푼 cutlery:커트러리 jar:유리병 bottle:보틀
            cake:케이크 cakestand:케이크_스탠드 baking:베이킹 case:케이스 tin:틴케이스 pantry:팬트리 jam:잼
            doily:도일리 kitchen:주방 apron:앞치마 bag:가방 lunch:런치 lunchbag:런치백 jumbobag:점보백
            shopper:쇼퍼백 jumbo:점보백 shoulderbag:숄더백 purse:지갑 wallet:지갑 cardwallet:카드지갑 umbrella:우산
            necklace:목걸이 earring:귀걸이 bracelet:팔찌 ring:반지 jewellery:주얼리 pencil:연필 notebook:노트
            sticker:스티커 magnet:마그넷 paper:종이 tissue:티슈 feltcraft:펠트_공예 felt:펠트 craft:공예
            knitting:뜨개 fabric:원단 polkadot:물방울무늬 polka:물방울무늬 paisley:페이즐리 spaceboy:스페이스보이
            strawberry:딸기 fairy:요정 skull:해골무늬 woodland:숲속 circus:서커스 regency:리젠시 hanging:행잉
            hook:걸이 doormat:도어매트 door:도어 drawer:서랍 drawerknob:서랍_손잡이 knob:손잡이 cabinet:수납장
            light:조명 lamp:램프 lantern:랜턴 snowflake:눈꽃 tree:트리 bauble:오너먼트 reindeer:루돌프 bell:종
            warmer:손난로 hand:핸드 chocolate:초콜릿 storage:수납 basket:바구니 laundry:세탁 bunting:가랜드
            balloon:풍선 toy:장난감 game:게임 puzzle:퍼즐 baby:아기 kid:키즈 children:키즈 stand:스탠드
            apple:사과무늬 star:별무늬 union:유니언잭 box:상자 towel:타월 soap:비누 bath:욕실 travel:여행
            picnic:피크닉 stool:스툴 chair:의자 table:테이블 sofa:소파 bed:침대 bedding:침구 smartphone:스마트폰
            phone:휴대폰 tablet:태블릿 headphone:헤드폰 earphone:이어폰 speaker:스피커 audio:오디오 camera:카메라
            tv:티비 computer:컴퓨터 notebookpc:노트북 laptop:노트북 monitor:모니터 keyboard:키보드 mouse:마우스
            printer:프린터 vacuum:청소기 kettle:주전자 washer:세탁기 refrigerator:냉장고 microwave:전자레인지
            oven:오븐 iron:다리미 blender:블렌더 dishwasher:식기세척기 shoe:신발 sneaker:스니커즈 boot:부츠
            sandal:샌들 dress:원피스 shirt:셔츠 tshirt:티셔츠 skirt:스커트 jean:청바지 jacket:자켓 coat:코트
            trouser:팬츠 scarf:스카프 sock:양말 bicycle:자전거 tire:타이어 drill:드릴 tool:공구 toner:토너
            serum:세럼 cream:크림 lipstick:립스틱 perfume:향수 shampoo:샴푸 watch:시계 electronic:전자기기
            wireless:무선 bluetooth:블루투스 book:책 novel:소설 antique:앤티크 shabby:섀비시크 silver:실버 gold:골드
            white:화이트 black:블랙 red:레드 blue:블루 green:그린 pink:핑크 purple:퍼플 ivory:아이보리 yellow:옐로우
            crystal:크리스털 bead:비즈 porcelain:도자기 acrylic:아크릴 diner:다이너 travelmug:여행용_머그
            hotwaterbottle:보온_물주머니 trinket:소품함
        """)
    )
}  # fmt: skip
