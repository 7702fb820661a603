"""What stands on every report whatever it is about, in Korean and English.

Belongs here: phrases of the frame. Does not belong here: phrases of any one report.
"""

from typing import Final

from models.words import Phrases

PHRASES: Final[Phrases] = {
    "index": ("리포트 목록", "All reports"),
    "to": ("바로 가기", "On this page"),
    "before": ("이전 {value}", "before {value}"),
    "numbers": ("숫자로 보기", "As a table"),
    "shown": (
        "{total}건 중 {shown}건을 보여 드립니다. 전체는 엑셀 파일에 있습니다.",
        "{shown} of {total} rows; the workbook has them all.",
    ),
    "chosen": ("기준", "chosen"),
    "figure": ("지표", "Figure"),
    "scroll": ("좌우로 움직여 볼 수 있는 표", "Table that scrolls sideways"),
    "glossary": ("용어", "Glossary"),
    "glossary_text": ("이 리포트의 숫자가 뜻하는 것", "What the numbers of this report mean"),
    "sources": ("출처와 SQL", "Sources and SQL"),
    "sources_text": (
        "이 리포트의 모든 숫자는 아래 표에서 나옵니다. SQL은 dangol query로 그대로 실행할 수 있습니다.",
        "Every number of this report comes from these tables. The SQL runs as it is in dangol query.",
    ),
    "table": ("테이블", "Table"),
    "version": ("버전", "Version"),
    "made_at": ("만든 시각", "Made at"),
    "copy": ("복사", "Copy"),
    "copied": ("복사됨", "Copied"),
    "value": ("값", "Value"),
    "day": ("날짜", "Day"),
    "hour": ("시간", "Hour"),
    "item": ("구분", "Item"),
    "low": ("{name} 하한", "{name}, low"),
    "high": ("{name} 상한", "{name}, high"),
    "note": ("설명", "Note"),
    "previous": ("이전", "Before"),
    "definition": ("정의", "Definition"),
    "term": ("용어", "Term"),
    "question": ("질문", "Question"),
    "made_by": ("단골이 만든 리포트", "A report by Dangol"),
    "sheet_about": ("안내", "About"),
    "period": ("기준", "What it shows"),
    "report": ("리포트", "Report"),
    "state": ("상태", "State"),
    "sheet_glossary": ("용어", "Glossary"),
    "sheet_sql": ("SQL", "SQL"),
    "tone_collecting": ("성과 수집 중", "Still collecting"),
    "tone_warning": ("주의", "Mind"),
    "tone_verdict": ("결론", "Conclusion"),
    "tone_good": ("좋음", "Good"),
    "tone_info": ("참고", "Note"),
}
