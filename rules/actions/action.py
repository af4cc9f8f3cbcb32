"""What every action has: a check of its keys when a rule is written, a word for the dry run, and the deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization
from docflow.errors import Fault
from documents.models import Document
from rules.models import Rule

Keys = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """`check` gives the faults of its keys, named below `place`; `effect` says what would happen; `run` does it.

    `run` works on a locked document within a transaction and returns what it did in a few words; it raises DocflowError
    if that cannot be. Of what programs send, `keys` are stored; `seal`, where there is one, decides that instead.
    """

    name: str
    keys: tuple[str, ...]
    check: Callable[[Organization, str, Keys], list[Fault]]
    effect: Callable[[Document, Keys], str]
    run: Callable[[Document, Keys, Rule], str]
    seal: Callable[[Keys, Keys | None], dict[str, Any]] | None = None

    def stored(self, keys: Keys, old: Keys | None) -> dict[str, Any]:
        """The action as it lies in its rule. `old` is the one it replaces."""
        if self.seal is not None:
            return self.seal(keys, old)
        return {"type": self.name, **{key: keys[key] for key in self.keys if key in keys}}


def actor_of(rule: Rule) -> Actor:
    return Actor.of_rule(rule.name)
