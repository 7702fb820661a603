"""The local vendor is strict where the vendor is: otherwise tests against it would prove little."""

import json
import re
from typing import Any

import pytest
import requests

from connectors.sandbox.openai_server import OpenAIServer

SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "description": {"type": "string"}},
    "required": ["name", "description"],
    "additionalProperties": False,
}


def body(**changed: Any) -> dict[str, Any]:
    schema = {"name": "GroupName", "strict": True, "schema": SCHEMA}
    usual = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": "키워드: 린넨, 셔츠, 여름, 린넨"}],
        "response_format": {"type": "json_schema", "json_schema": schema},
    }
    return {name: value for name, value in (usual | changed).items() if value is not None}


def post(server: OpenAIServer, sent: object, *, key: str | None = None, path: str = "/chat/completions") -> Any:
    headers = {"Authorization": f"Bearer {key or server.api_key}", "Content-Type": "application/json"}
    data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return requests.post(server.base_url + path, data=data, headers=headers, timeout=5)


def test_an_answer_is_a_chat_completion_made_of_the_keywords(server: OpenAIServer) -> None:
    replied = post(server, body()).json()
    assert replied["object"] == "chat.completion"
    assert replied["model"] == "gpt-4o-mini"
    assert replied["choices"][0]["finish_reason"] == "stop"
    answer = json.loads(replied["choices"][0]["message"]["content"])
    assert answer["name"].startswith("린넨 셔츠 ")
    assert len(answer["name"]) <= 20
    assert answer["description"].startswith("린넨, 셔츠, 여름 상품")
    assert post(server, body()).json()["choices"] == replied["choices"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ('{\n "keywords": [\n  "린넨 셔츠",\n  "여름"\n ],\n "most_viewed_products": ["모자"]\n}', "린넨 셔츠 "),
        ("상품: 모자\n- 키워드 : 원피스, 꽃무늬\n가방", "원피스 꽃무늬 "),
        ("Keywords: teapot, ceramic", "teapot ceramic "),
        ("모자와 가방", "모자와 가방 "),
    ],
)
def test_keywords_are_found_in_prose_and_in_json(server: OpenAIServer, question: str, name: str) -> None:
    replied = post(server, body(messages=[{"role": "user", "content": question}])).json()
    answer = json.loads(replied["choices"][0]["message"]["content"])
    assert answer["name"].startswith(name)
    assert bool(re.search("[가-힣]", answer["description"])) == bool(re.search("[가-힣]", question))


@pytest.mark.parametrize("question", ["", "!!! 123 ...", "keywords: " + "가" * 300, "* 키워드 : 원피스", "a b"])
def test_every_question_is_answered_within_the_lengths_asked_for(server: OpenAIServer, question: str) -> None:
    replied = post(server, body(messages=[{"role": "user", "content": question}])).json()
    answer = json.loads(replied["choices"][0]["message"]["content"])
    assert 0 < len(answer["name"]) <= 20
    assert 0 < len(answer["description"]) <= 200


@pytest.mark.parametrize(
    ("changed", "status", "param"),
    [
        ({"model": None}, 400, "model"),
        ({"model": "gpt-99"}, 404, "model"),
        ({"messages": None}, 400, "messages"),
        ({"messages": []}, 400, "messages"),
        ({"messages": [{"content": "no role"}]}, 400, "messages"),
        ({"response_format": {"type": "xml"}}, 400, "response_format"),
        ({"response_format": "json"}, 400, "response_format"),
        ({"response_format": {"type": "json_object"}}, 400, "response_format"),  # no word "json" in the messages
    ],
)
def test_a_wrong_request_is_refused_in_the_vendors_shape(
    server: OpenAIServer, changed: dict[str, Any], status: int, param: str
) -> None:
    replied = post(server, body(**changed))
    assert replied.status_code == status
    assert set(replied.json()["error"]) == {"message", "type", "param", "code"}
    assert replied.json()["error"]["param"] == param


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "no spaces please"},
        {"schema": {**SCHEMA, "additionalProperties": True}},
        {"schema": {**SCHEMA, "required": ["name"]}},
        {"schema": {"type": "array"}},
    ],
)
def test_a_schema_that_strict_mode_can_not_hold_is_refused(server: OpenAIServer, changed: dict[str, Any]) -> None:
    schema = {"name": "GroupName", "strict": True, "schema": SCHEMA} | changed
    replied = post(server, body(response_format={"type": "json_schema", "json_schema": schema}))
    assert replied.status_code == 400


def test_key_path_method_and_json_are_checked(server: OpenAIServer) -> None:
    assert post(server, body(), key="sk-other").json()["error"]["code"] == "invalid_api_key"
    assert requests.post(f"{server.base_url}/chat/completions", json=body(), timeout=5).status_code == 401
    assert post(server, body(), path="/completions").status_code == 404
    assert requests.get(f"{server.base_url}/chat/completions", timeout=5).status_code == 405
    assert post(server, b"{not json").status_code == 400
    assert [request.path for request in server.requests].count("/v1/chat/completions") == 3
