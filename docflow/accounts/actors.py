"""Who does something: handed to every operation, written into transitions and the audit log."""

from __future__ import annotations

from dataclasses import dataclass

from docflow.accounts.models import ApiKey, User


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` is pipeline, key, user, rule or command; `name` is what people read."""

    kind: str
    name: str
    user: User | None = None
    key: ApiKey | None = None
    request_id: str = ""

    @classmethod
    def of_user(cls, user: User, request_id: str = "") -> Actor:
        return cls("user", str(user), user=user, request_id=request_id)

    @classmethod
    def of_key(cls, key: ApiKey, request_id: str = "") -> Actor:
        return cls("key", key.name, key=key, request_id=request_id)

    @classmethod
    def of_rule(cls, name: str) -> Actor:
        return cls("rule", name)


PIPELINE = Actor("pipeline", "docflow")
COMMAND = Actor("command", "command line")
