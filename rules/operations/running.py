"""Rules at work on one document: each sees what the ones before it left, each event runs a rule once."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from docflow import leases
from docflow.accounts import audit
from docflow.errors import DocflowError
from documents.models import Document, Transition
from documents.operations import lifecycle
from rules import engine
from rules.actions import ACTIONS
from rules.actions.action import actor_of
from rules.actions.webhook import EVENT as RULE_WEBHOOK
from rules.actions.webhook import queued
from rules.facts import facts_of, types_of
from rules.models import Delivery, Reaction, Rule, RuleRun
from rules.operations import deliveries
from rules.webhooks import payload


def react(reaction: Reaction, token: UUID) -> bool:
    """Runs the organization's rules for one transition, each in a transaction of its own. False: the lease was lost."""
    move = reaction.transition
    if not is_stale(move):
        for rule in listening(reaction):
            with transaction.atomic():
                if not leases.renew(reaction, token):
                    return False
                run_rule(rule, move, reaction.trigger["event"])
    with transaction.atomic():
        ended = leases.finish(reaction, token, state="done")
        leases.ring_waiting(Reaction, reaction.organization_id)
    return ended


def listening(reaction: Reaction) -> list[Rule]:
    """The active rules that this event fires, in their order."""
    trigger = reaction.trigger
    rules = Rule.objects.of(reaction.organization).filter(is_active=True, trigger__type=trigger["type"])
    return list(rules.filter(trigger__event=trigger["event"]).select_related("profile").order_by("position", "id"))


def is_stale(move: Transition) -> bool:
    """Whether a person or program has moved the document on since: their word stands above what a rule made of the past."""
    return Transition.objects.filter(document_id=move.document_id, pk__gt=move.pk).exclude(actor_kind="rule").exists()


def run_rule(rule: Rule, move: Transition, trigger: str, *, only_matches: bool = False) -> RuleRun | None:
    """One rule on one document for one transition, within a transaction. None: out of scope, or it ran for this already.

    `only_matches` writes no row when it does not hold, so that a schedule may ask again.
    """
    begun = time.monotonic()
    document = lifecycle.lock(Document(pk=move.document_id))
    if RuleRun.objects.filter(rule=rule, transition=move).exists():
        return None
    asked = as_engine(rule)
    facts = facts_of(document)
    if not engine.in_scope(asked, facts):
        return None
    outcome = engine.evaluate(asked, facts, timezone.now().date(), types_of(rule.profile))
    if only_matches and not outcome.matched:
        return None
    done = _do(document, outcome.effects, rule)
    run = RuleRun.objects.create(
        rule=rule,
        rule_name=rule.name,
        organization=rule.organization,
        document=document,
        transition=move,
        trigger=trigger,
        matched=outcome.matched,
        conditions=[each.as_json() for each in outcome.conditions],
        actions=done,
        ok=all(each["ok"] for each in done),
        duration_ms=round((time.monotonic() - begun) * 1000),
    )
    _tell(run)
    return run


def as_engine(rule: Rule) -> engine.Rule:
    """The stored rule as the pure engine reads it."""
    return engine.Rule.from_json(
        {
            "id": rule.pk,
            "name": rule.name,
            "conditions": rule.conditions,
            "actions": rule.actions,
            "profile_id": rule.profile_id,
        }
    )


def _do(document: Document, effects: tuple[Any, ...], rule: Rule) -> list[dict[str, Any]]:
    """The actions in order; the first that fails ends the rule, what was done before it stays."""
    done: list[dict[str, Any]] = []
    for keys in effects:
        entry: dict[str, Any] = {"type": keys["type"], "ok": True, "result": None, "error": None}
        done.append(entry)
        try:
            with transaction.atomic():
                entry["result"] = ACTIONS[keys["type"]].run(document, keys, rule)
        except DocflowError as error:
            entry.update(ok=False, error=error.message)
            break
        document.refresh_from_db()
    return done


def _tell(run: RuleRun) -> None:
    """Audit log, and `rule.executed` once nothing of the rule is under way any more."""
    assert run.rule is not None
    held = "held" if run.matched else "did not hold"
    audit.record(
        run.organization,
        actor_of(run.rule),
        "rule.evaluated",
        f"{run.rule_name} {held}",
        document_id=run.document_id,
        after={"conditions": run.conditions, "actions": run.actions},
    )
    if run.matched and not _under_way(run):
        _announce(run)


def _announce(run: RuleRun) -> None:
    deliveries.announce(run.organization, "rules", "rule.executed", lambda: payload.run_keys(run), document=run.document)


def _under_way(run: RuleRun) -> bool:
    return any(each["type"] == "webhook" and str(each["result"]).startswith(queued("")) for each in run.actions)


def webhook_was_tried(delivery: Delivery, ok: bool, answer: str) -> None:
    """Enters the first try of a rule's webhook into its run log. Within a transaction.

    Whether the rule went well is known only now, so `rule.executed` waited for it.
    """
    if delivery.event != RULE_WEBHOOK:
        return
    waiting = queued(delivery.message_id)
    runs = RuleRun.objects.select_for_update(of=("self",)).filter(document=delivery.document).order_by("-id")
    for run in runs[:100]:
        for entry in run.actions:
            if entry["result"] == waiting:
                entry.update(ok=ok, result=answer if ok else None, error=None if ok else answer)
                run.ok = all(each["ok"] for each in run.actions)
                run.save(update_fields=["actions", "ok"])
                if not _under_way(run):
                    _announce(run)
                return
