"""`dangol recommend models` and `rules`, the guide's examples, and the published schemas."""

import csv
import io
import json
import re
import string
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from connectors.home.paths import Home, make_home
from models.documents.reading import read_documents
from models.recommend.definitions.document import RecommendModel
from models.recommend.rules.contradictions import contradictions
from models.recommend.rules.document import Rule
from orchestration.cli.document_problems import PROBLEMS
from orchestration.cli.recommend import recommend_app
from orchestration.cli.recommend_rule_text import TEXTS, told_actions, told_condition
from orchestration.cli.recommend_words import PHRASES
from orchestration.cli.words import CommandError
from tests.orchestration.conftest import dangol

pytestmark = [pytest.mark.feature("D4"), pytest.mark.feature("D5")]

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guides/recommend-models.md").read_text(encoding="utf-8")
RULE = """
id: no-same
name: 같은 카테고리 제외
pages: [product]
if: {candidate: {category: {same: true}}}
then: exclude
"""
MODEL = "id: mine\nname: 내 모델\npage: cart\nbasis: product\nalgorithm: bought_together\nrules: [no-same]\n"
Call = Callable[..., str]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


@pytest.fixture
def call(home: Home) -> Call:
    """Run a command; its output, or CommandError."""

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(recommend_app, [*arguments, "--home", str(home.root)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return run


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def in_english(home: Home) -> None:
    home.settings_file.write_text("locale: en\n", encoding="utf-8")


def examples(kind: str) -> list[str]:
    return re.findall(rf"^```yaml {kind}\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)


def test_every_example_of_the_guide_can_be_applied_together(call: Call, tmp_path: Path) -> None:
    rules = [written(tmp_path, f"rule{i}.yaml", text) for i, text in enumerate(examples("rule"))]
    models = [written(tmp_path, f"model{i}.yaml", text) for i, text in enumerate(examples("model"))]
    assert len(rules) >= 5
    assert len(models) >= 2
    assert "추가 9개" in call("rules", "apply", *rules)
    assert "추가 3개" in call("models", "apply", *models)
    assert "그대로 9개" in call("rules", "apply", *rules)
    assert contradictions(read_documents([(path, Path(path).read_text("utf-8")) for path in rules], Rule)) == []


def test_every_key_of_a_document_is_in_the_guide() -> None:
    from models.recommend.definitions.document import Display, Trigger, Variant
    from models.recommend.rules.document import (
        Action,
        CandidateCategory,
        CandidatePrice,
        CandidateTest,
        Condition,
        Limit,
    )

    kinds = (Rule, RecommendModel, Display, Trigger, Variant, Action, CandidateCategory, CandidatePrice, CandidateTest,
             Condition, Limit)  # fmt: skip
    keys = {field.alias or name for kind in kinds for name, field in kind.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", GUIDE)} == set()


@pytest.mark.parametrize("kind", ["rules", "models"])
def test_the_published_schema_is_that_of_the_program(kind: str) -> None:
    printed = CliRunner().invoke(recommend_app, [kind, "schema"]).output
    published = ROOT / "docs" / "schemas" / f"recommend-{kind.removesuffix('s')}.json"
    assert published.read_text(encoding="utf-8") == printed, f"dangol recommend {kind} schema > {published}"
    schema = json.loads(printed)
    documents = [one for text in examples(kind.removesuffix("s")) for one in _listed(yaml.safe_load(text))]
    assert all(set(one) - {True, False} <= set(schema["properties"]) for one in documents)
    assert all(set(schema["required"]) <= set(one) for one in documents)


def _listed(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]


def test_a_wrong_file_leaves_everything_as_it_was(call: Call, tmp_path: Path) -> None:
    good = written(tmp_path, "good.yaml", RULE)
    bad = written(tmp_path, "bad.yaml", "id: b\nname: n\nif: {candidate: {categry: {is: x}}}\nthen: exclude\n")
    (tmp_path / "cp949.yaml").write_bytes(RULE.encode("cp949"))
    with pytest.raises(CommandError) as refused:
        call("rules", "apply", good, bad, str(tmp_path / "cp949.yaml"), str(tmp_path / "gone.yaml"))
    told = str(refused.value)
    assert f"{bad}, 1번째 문서 (b), if.candidate.categry: " in told
    assert "category 아닙니까?" in told
    assert "cp949.yaml: UTF-8이 아닙니다" in told
    assert "gone.yaml: 파일을 읽을 수 없습니다" in told
    assert json.loads(call("rules", "list", "-f", "json")) == []


def test_rules_are_listed_in_the_order_in_which_they_win(call: Call, tmp_path: Path) -> None:
    assert "아직 규칙이 없습니다" in call("rules", "list")
    second = (
        "---\nid: pin\nname: 고정\npriority: 5\nif: {candidate: {ids: 7, category: {same: true}}}\nthen: {pin: 2}\n"
    )
    told = call("rules", "apply", written(tmp_path, "r.yaml", RULE + second))
    assert "추가 2개: no-same, pin" in told
    clash = "[상품 상세] pin 규칙이 고정하는 상품 7을(를) no-same 규칙이 제외하므로 나오지 않습니다."
    assert clash in told
    lines = call("rules", "list").splitlines()
    assert [line.split()[0] for line in lines[3:5]] == ["pin", "no-same"]
    assert "추천 상품의 카테고리가 기준 상품과 같음" in lines[4]
    assert lines[-1] == clash
    rows = json.loads(call("rules", "list", "--format", "json"))
    assert rows[0]["action"] == [{"pin": 2}]
    assert call("rules", "off", "no-same") == "no-same: 껐습니다.\n"
    assert call("rules", "off", "no-same") == "no-same: 이미 꺼져 있습니다.\n"
    assert clash not in call("rules", "list")
    assert "no-same: 켰습니다." in call("rules", "on", "no-same")
    shown = json.loads(call("rules", "show", "no-same", "-f", "json"))
    assert [one["is_on"] for one in shown["versions"]] == [True, False, True]
    with pytest.raises(CommandError, match="가장 가까운 것: no-same"):
        call("rules", "show", "no-sam")


def test_what_show_prints_as_yaml_is_the_document_in_force(call: Call, tmp_path: Path) -> None:
    call("rules", "apply", written(tmp_path, "r.yaml", RULE.replace("no-same", "00123")))
    again = written(tmp_path, "again.yaml", call("rules", "show", "00123", "-f", "yaml"))
    assert "그대로 1개: 00123" in call("rules", "apply", again)
    built_in = written(tmp_path, "m.yaml", call("models", "show", "cart-by-product", "-f", "yaml"))
    assert "추가 1개: cart-by-product" in call("models", "apply", built_in)
    assert "기본(변경)" in call("models", "show", "cart-by-product")


def test_models_name_rules_that_are_there(call: Call, tmp_path: Path) -> None:
    model = written(tmp_path, "m.yaml", MODEL)
    with pytest.raises(CommandError, match=r"rules\[1\]: no-same 규칙이 없습니다"):
        call("models", "apply", model)
    call("rules", "apply", written(tmp_path, "r.yaml", RULE))
    assert "추가 1개: mine" in call("models", "apply", model)
    with pytest.raises(CommandError, match="모델 mine에서 쓰고 있습니다"):
        call("rules", "remove", "no-same")
    assert "삭제했습니다" in call("models", "remove", "mine")
    assert "삭제했습니다" in call("rules", "remove", "no-same")


@pytest.mark.feature("D6")
def test_models_are_listed_with_the_built_in_ones_and_too_few_days_are_told(call: Call) -> None:
    lines = call("models", "list").splitlines()
    assert lines[0] == "추천 모델 15개 (켜짐 15개)"
    heads = ["ID", "이름", "페이지", "기준", "알고리즘", "규칙", "세그먼트", "상태", "출처"]
    assert lines[2].split() == heads
    assert len(lines) == 3 + 15 + 2
    assert "데이터가 아직 0일치입니다. 7일치가" in lines[-1]
    rows = list(csv.DictReader(io.StringIO(call("models", "list", "-f", "csv"))))
    assert {row["origin"] for row in rows} == {"built_in"}


def test_a_built_in_model_can_be_switched_off_and_comes_back(call: Call) -> None:
    with pytest.raises(CommandError, match="models off cart-by-product"):
        call("models", "remove", "cart-by-product")
    call("models", "off", "cart-by-product")
    rows = {row["id"]: row for row in json.loads(call("models", "list", "-f", "json"))}
    assert (rows["cart-by-product"]["on"], rows["cart-by-product"]["origin"]) == (False, "changed_built_in")
    assert "기본 모델로 되돌렸습니다" in call("models", "remove", "cart-by-product")
    assert all(row["on"] for row in json.loads(call("models", "list", "-f", "json")))


def test_everything_is_told_in_english_too(call: Call, home: Home, tmp_path: Path) -> None:
    in_english(home)
    files = [written(tmp_path, f"{kind}{i}.yaml", text) for kind in ("rule",) for i, text in enumerate(examples(kind))]
    assert "Added 9" in call("rules", "apply", *files)
    models = [written(tmp_path, f"m{i}.yaml", text) for i, text in enumerate(examples("model"))]
    assert "Added 3" in call("models", "apply", *models)
    assert "at most 3 a brand" in call("rules", "list")
    assert "after scrolling 50%" in call("models", "show", "cart-casual")
    assert "bought together" in call("models", "list")
    with pytest.raises(CommandError, match="there is no rule x"):
        call("rules", "on", "x")
    with pytest.raises(CommandError, match="not one of table, csv, json"):
        call("rules", "list", "-f", "xml")


@pytest.mark.parametrize("phrases", [PHRASES, PROBLEMS, TEXTS])
def test_both_languages_say_the_same_things(phrases: dict[str, tuple[str, str]]) -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key, (korean, english) in phrases.items():
        assert fields(korean) == fields(english), key
        assert re.search("[가-힣]", english) is None, key


def test_every_problem_that_the_documents_know_has_a_sentence() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "models/recommend").rglob("*.py"))
    own = set(re.findall(r'PydanticCustomError\(\s*"(\w+)"', text)) | {"variant_twice", "rule_twice"}
    own |= set(re.findall(r'Problem\(source, \w+, [^,]+, \(\), "(\w+)"', text))
    assert own
    assert own <= set(PROBLEMS)


def test_rules_read_as_sentences() -> None:
    text = """
    id: a
    name: a
    if:
      any:
        - not: {candidate: {brand: {in: [x, y]}, price: {ratio: {max: 1.5}}}}
        - context: {tags: t, price: {min: 10000}}
    then: [{boost: 2}, {limit: {most: 3, per: brand}}]
    """
    rule = read_documents([("r", text)], Rule)[0]
    korean = (
        "(아님(추천 상품의 브랜드가 x 또는 y, 판매가가 기준 상품의 ~1.5배) 또는 기준 상품의 판매가가 10,000~, 태그가 t)"
    )
    assert told_condition(rule, "ko") == korean
    assert told_actions(rule, "en") == "2 times further ahead, at most 3 a brand"


def test_the_command_is_one_line_on_an_error(home: Home) -> None:
    done = dangol(home, "recommend", "rules", "show", "x")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "dangol: x 규칙이 없습니다. 아직 하나도 없습니다.\n"
