"""One question to an OpenAI-compatible API (POST {base}/chat/completions) through the one door to the outside. No database.

The answer is text from outside: here only its envelope is opened. It is shown to nobody as it stands, so that an address
inside the operator's network tells people nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docflow.outbound import Answer, Limits, OutboundPolicy, post
from docflow.outbound.door import Outside
from documents.extraction.llm.question import Question

LARGEST_ANSWER = 400_000  # bytes
REFUSED_FORM = (400, 422)  # what servers answer that do not know response_format or another part of the question
_REASONS = {
    401: "it refuses the key", 402: "its account is used up", 403: "it refuses the key", 413: "the text is too long for it",
    404: "it knows no such address or model", 429: "it is busy or its quota is used up",
}  # fmt: skip


class ChatError(Exception):
    """No usable answer. The message is a part of a sentence, without any text of the answer."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Who is asked. `seconds` for all tries together; `key` may be empty."""

    base_url: str
    model: str
    key: str = field(repr=False)
    seconds: float
    most_tokens: int


def body_of(chat: Chat, question: Question) -> dict[str, Any]:
    """The question with the schema that the answer must follow."""
    return {
        "model": chat.model,
        "messages": [{"role": "system", "content": question.system}, {"role": "user", "content": question.user}],
        "temperature": 0,
        "max_tokens": chat.most_tokens,
        "stream": False,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "document_values", "strict": True, "schema": question.schema},
        },
    }


def plain_body(chat: Chat, question: Question, refusal: str) -> dict[str, Any]:
    """The same for servers that refused that form: the schema stands in the instruction, nothing special is asked for."""
    body = body_of(chat, question)
    schema = json.dumps(question.schema, ensure_ascii=False)
    body["messages"][0]["content"] = f"{question.system}\nThe answer must fit this JSON schema:\n{schema}\n"
    del body["response_format"], body["temperature"]
    if "max_completion_tokens" in refusal:  # newer models of OpenAI know the limit by this name only
        body["max_completion_tokens"] = body.pop("max_tokens")
    return body


def ask(chat: Chat, question: Question, policy: OutboundPolicy, on_wait: Callable[[], None] | None = None) -> str:
    """What the model answered, at most LARGEST_ANSWER. Raises ChatError, OfflineModeError, and what `on_wait` raises."""
    end = time.monotonic() + chat.seconds
    answer = _post(chat, body_of(chat, question), policy, chat.seconds, on_wait)
    if answer.status in REFUSED_FORM and end - time.monotonic() > 1:
        answer = _post(chat, plain_body(chat, question, answer.text), policy, end - time.monotonic(), on_wait)
    return _content(answer, chat)


def _post(
    chat: Chat, body: dict[str, Any], policy: OutboundPolicy, seconds: float, on_wait: Callable[[], None] | None
) -> Answer:
    limits = Limits(attempt=round(seconds, 1), body=LARGEST_ANSWER, kept=LARGEST_ANSWER, secluded=True)
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {chat.key}"} if chat.key else {})}
    url = f"{chat.base_url.rstrip('/')}/chat/completions"
    return post(url, json.dumps(body).encode(), headers, policy, Outside(limits=limits, on_wait=on_wait))


def _content(answer: Answer, chat: Chat) -> str:
    if answer.status is None:
        raise ChatError((answer.error or "no answer").rstrip("."))
    if answer.status != 200:
        raise ChatError(f"{_REASONS.get(answer.status, 'it could not answer')} ({answer.status})")
    if not answer.is_whole:
        raise ChatError(f"its answer did not end within {chat.seconds:g} s and {LARGEST_ANSWER // 1000} kB")
    try:
        told = json.loads(answer.text)
        choice = told["choices"][0]
        content = choice["message"]["content"]
    except (ValueError, RecursionError, KeyError, IndexError, TypeError):
        raise ChatError("its answer is not that of a chat completion") from None
    if choice.get("finish_reason") == "length":
        raise ChatError(f"its answer was longer than {chat.most_tokens} tokens")
    if not isinstance(content, str) or not content.strip():
        raise ChatError("its answer is empty")
    return content
