"""Rules: list, a simple editor, what would have happened (ui.md 2.9)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from docflow.accounts.models import Organization
from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, actor_of, member_page
from docflow.errors import DocflowError, InputError
from documents.models import Document, Folder, Profile
from rules import conditions
from rules.actions.set_status import ALLOWED
from rules.models import Rule
from rules.operations import rules as operations

CONDITION_ROWS, ACTION_ROWS = 5, 3
TRIGGERS = (
    ("document_ready", gettext_lazy("a document was read")),
    ("document_failed", gettext_lazy("reading a document failed")),
    ("schedule", gettext_lazy("time passes (looked at every hour)")),
)
ACTION_WORDS = (
    ("set_status", gettext_lazy("set the status")),
    ("move_folder", gettext_lazy("move to the folder")),
    ("notify", gettext_lazy("notify the reviewers")),
    ("flag_review", gettext_lazy("ask for a review")),
    ("webhook", gettext_lazy("send to the address")),
)
TEXT_OF = {"notify": "message", "flag_review": "reason", "webhook": "url"}
EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "name": "Approve what is certain", "trigger": "document_ready",
        "conditions": [{"field": "confidence_score", "operator": ">=", "value": "90"}],
        "actions": [{"type": "set_status", "status": "Approved"}],
    },
    {
        "name": "Look twice over 5,000", "trigger": "document_ready",
        "conditions": [{"field": "total_amount", "operator": ">", "value": "5000"}],
        "actions": [{"type": "flag_review", "text": "Total is over 5,000"}],
    },
    {
        "name": "Remind after three days", "trigger": "schedule",
        "conditions": [
            {"field": "days_in_status", "operator": ">", "value": "3"},
            {"field": "status", "operator": "=", "value": "Needs Review"},
        ],
        "actions": [{"type": "notify", "text": "A document has been waiting for three days"}],
    },
)  # fmt: skip


def _find(request: MemberRequest, pk: int) -> Rule:
    rule = Rule.objects.of(request.organization).select_related("profile").filter(pk=pk).first()
    if rule is None:
        raise Http404
    return rule


@member_page(Role.ADMIN)
def listing(request: MemberRequest) -> HttpResponse:
    rules = [{"rule": each, "sentence": sentence(each)} for each in Rule.objects.of(request.organization)]
    return render(request, "rules/rules.html", {"rules": rules, "examples": EXAMPLES})


def sentence(rule: Rule) -> str:
    """The rule as one reads it."""
    when = str(dict(TRIGGERS).get(rule.trigger.get("event", "schedule"), rule.trigger.get("event")))
    holds = [f"{each['field']} {each['operator']} {each.get('value') or ''}".strip() for each in rule.conditions]
    does = [_action_words(each) for each in rule.actions]
    middle = _(" and %(all)s") % {"all": _(" and ").join(holds)} if holds else ""
    return _("When %(when)s%(conditions)s: %(actions)s") % {"when": when, "conditions": middle, "actions": ", ".join(does)}


def _action_words(action: dict[str, Any]) -> str:
    word = str(dict(ACTION_WORDS).get(action["type"], action["type"]))
    detail = action.get("status") or action.get(TEXT_OF.get(action["type"], ""), "") or action.get("folder_id", "")
    return f"{word} {detail}".strip()


@member_page(Role.ADMIN, methods=("GET", "POST"))
def new(request: MemberRequest) -> HttpResponse:
    number = request.GET.get("example", "")
    draft = (
        EXAMPLES[int(number)]
        if number.isdecimal() and int(number) < len(EXAMPLES)
        else {"name": "", "trigger": "document_ready"}
    )
    if request.method == "POST":
        draft = _draft_of_form(request.POST)
        faults = _try(
            lambda: operations.create_rule(request.organization, _raw(request.organization, draft), actor_of(request))
        )
        if not faults:
            messages.success(request, _("The rule is saved."), extra_tags="ok")
            return redirect("rules-rule-list", org=request.organization.slug)
        return _editor(request, draft, faults)
    return _editor(request, draft, [])


@member_page(Role.ADMIN, methods=("GET", "POST"))
def one(request: MemberRequest, pk: int) -> HttpResponse:
    rule = _find(request, pk)
    if request.method == "POST":
        draft = _draft_of_form(request.POST)
        faults = _try(lambda: operations.change_rule(rule, _raw(request.organization, draft), actor_of(request)))
        if not faults:
            messages.success(request, _("The rule is saved."), extra_tags="ok")
            return redirect("rules-rule-list", org=request.organization.slug)
        return _editor(request, draft, faults, rule)
    return _editor(request, _draft_of_rule(rule), [], rule)


def _try(write: Any) -> list[str]:
    """What is wrong, in sentences; nothing when it is stored."""
    try:
        write()
    except InputError as error:
        return [fault.message for fault in error.faults]
    except DocflowError as error:
        return [error.message]
    return []


def _editor(request: MemberRequest, draft: dict[str, Any], faults: list[str], rule: Rule | None = None) -> HttpResponse:
    profile = Profile.objects.of(request.organization).filter(pk=draft.get("profile_id") or 0).first()
    own = [(field.key, field.label) for field in profile.at().fields] if profile else []
    context = {
        "rule": rule,
        "draft": draft,
        "faults": faults,
        "triggers": TRIGGERS,
        "fields": list(conditions.FIELDS),
        "own_fields": own,
        "operators": conditions.OPERATORS,
        "condition_rows": _padded(draft.get("conditions", []), CONDITION_ROWS),
        "action_rows": _padded(draft.get("actions", []), ACTION_ROWS),
        "action_types": ACTION_WORDS,
        "statuses": ALLOWED,
        "folders": Folder.objects.of(request.organization).select_related("contact")[:200],
        "profiles": Profile.objects.of(request.organization),
        "runs": rule.rule_runs.select_related("document")[:20] if rule else [],
    }
    return render(request, "rules/rule.html", context, status=422 if faults else 200)


def _padded(rows: list[Any], number: int) -> list[Any]:
    return [*rows, *({} for _row in range(max(1, number) - len(rows)))]


def _draft_of_form(post: QueryDict) -> dict[str, Any]:
    """What was typed, row by row; rows without a field or a type are left out."""
    profile = post.get("profile_id", "")
    return {
        "name": post.get("name", ""),
        "trigger": post.get("trigger", ""),
        "profile_id": int(profile) if profile.isdecimal() else None,
        "is_active": "is_active" in post,
        "conditions": [
            {
                "field": post[f"field-{n}"],
                "operator": post.get(f"operator-{n}", "="),
                "value": post.get(f"value-{n}", "").strip(),
            }
            for n in range(CONDITION_ROWS)
            if post.get(f"field-{n}")
        ],
        "actions": [
            {"type": post[f"type-{n}"], **{key: post.get(f"{key}-{n}", "") for key in ("status", "folder_id", "text")}}
            for n in range(ACTION_ROWS)
            if post.get(f"type-{n}")
        ],
    }


def _draft_of_rule(rule: Rule) -> dict[str, Any]:
    actions = [{**each, "text": each.get(TEXT_OF.get(each["type"], ""), "")} for each in rule.actions]
    return {**operations.as_raw(rule), "trigger": rule.trigger.get("event", "schedule"), "actions": actions}


def _raw(organization: Organization, draft: dict[str, Any]) -> dict[str, Any]:
    """The draft in the form in which programs write a rule."""
    profile = Profile.objects.of(organization).filter(pk=draft["profile_id"] or 0).first()
    own = {field.key: field.type for field in profile.at().fields} if profile else {}
    trigger = {"type": "schedule"} if draft["trigger"] == "schedule" else {"type": "document", "event": draft["trigger"]}
    return {
        **draft,
        "trigger": trigger,
        "conditions": [{**each, "value": _typed(each, own)} for each in draft["conditions"]],
        "actions": [_action(each) for each in draft["actions"]],
    }


def _typed(condition: dict[str, str], own: dict[str, str]) -> Any:
    """A number where the field is one and the text reads as one; else the text, and the operation says what is wrong."""
    text = condition["value"]
    try:
        kind = conditions.kind_of(condition["field"], own).name
    except KeyError:
        return text
    if kind in ("number", "identifier"):
        for read in (int, float):
            try:
                return read(text)
            except ValueError:
                continue
    return text or None


def _action(typed: dict[str, str]) -> dict[str, Any]:
    kind = typed["type"]
    if kind == "set_status":
        return {"type": kind, "status": typed["status"]}
    if kind == "move_folder":
        return {"type": kind, "folder_id": int(typed["folder_id"]) if typed["folder_id"].isdecimal() else None}
    return {"type": kind, TEXT_OF.get(kind, "text"): typed["text"]}


@member_page(Role.ADMIN, methods=("POST",))
def toggle(request: MemberRequest, pk: int) -> HttpResponse:
    rule = _find(request, pk)
    operations.change_rule(rule, {"is_active": not rule.is_active}, actor_of(request))
    return redirect("rules-rule-list", org=request.organization.slug)


@member_page(Role.ADMIN, methods=("POST",))
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    rule = _find(request, pk)
    operations.delete_rule(rule, actor_of(request))
    messages.success(request, _("%(name)s is deleted.") % {"name": rule.name}, extra_tags="ok")
    return redirect("rules-rule-list", org=request.organization.slug)


@member_page(Role.ADMIN, methods=("POST",))
def move(request: MemberRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    rule = _find(request, pk)
    order = list(Rule.objects.of(request.organization).values_list("pk", flat=True))
    place = order.index(rule.pk)
    other = place + (1 if request.POST.get("way") == "down" else -1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        operations.order_rules(request.organization, order, actor_of(request))
    return redirect("rules-rule-list", org=request.organization.slug)


@member_page(Role.ADMIN)
def dry_run(request: MemberRequest, pk: int) -> HttpResponse:
    """What the rule would do to the newest documents; nothing changes, nothing is sent."""
    rule = _find(request, pk)
    result = operations.dry_run(request.organization, Document.objects.of(request.organization), rule=rule, limit=50)
    return render(request, "rules/dry_run.html", {"rule": rule, "sentence": sentence(rule), "result": result})
