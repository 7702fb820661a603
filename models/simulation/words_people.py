"""Names and other words of the simulated members.

Belongs here: vocabulary. Does not belong here: who is a member (``people``) and the members' table (``members``).
"""

from typing import Final

SURNAMES: Final = (
    "김", "김", "김", "김", "이", "이", "이", "박", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서",
    "신", "권", "황", "안", "송", "류", "홍", "전", "고", "문", "양", "손", "배", "백", "허", "남궁", "선우",
)  # fmt: skip
FIRST: Final = (
    "서", "지", "민", "수", "예", "하", "은", "유", "채", "다", "소", "윤", "혜", "시", "도", "현", "준", "태", "정",
    "미",
)  # fmt: skip
LAST: Final = (
    "연", "우", "윤", "아", "은", "린", "진", "희", "영", "원", "현", "빈", "경", "율", "나", "호", "준", "혁", "솔",
    "주",
)  # fmt: skip
MAIL_HOSTS: Final = ("naver.com", "naver.com", "gmail.com", "gmail.com", "daum.net", "kakao.com", "nate.com")
REGIONS: Final = (
    "서울",
    "경기",
    "인천",
    "부산",
    "대구",
    "대전",
    "광주",
    "울산",
    "세종",
    "강원",
    "충남",
    "전북",
    "경남",
    "제주",
)
SKIN_TYPES: Final = ("건성", "지성", "복합성", "민감성", "중성")
GRADES: Final = ("WELCOME", "BRONZE", "SILVER", "GOLD", "VIP")
