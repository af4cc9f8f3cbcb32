"""The shapes of bodies and answers, for the schema. Operations check values; these only describe them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as drf

from docflow.recognition import ENGINES
from documents.extraction.profiles import TYPES
from documents.models import ContactType
from documents.models.document import Source
from documents.statuses import LABEL_SPANS, Status
from rules.operations.endpoints import EVENTS
from uploads.models import AutomationLevel

Shape = type[drf.Serializer[Any]]
Text, Whole, Moment, Flag, Json = drf.CharField, drf.IntegerField, drf.DateTimeField, drf.BooleanField, drf.JSONField


def shape(name: str, /, **fields: drf.Field[Any, Any, Any, Any]) -> Shape:
    return type(name, (drf.Serializer,), dict(fields))


def none(kind: Any, **options: Any) -> Any:
    """A field that may be null."""
    return kind(allow_null=True, **options)


def may(kind: Any, **options: Any) -> Any:
    """A field of a body that may be left out."""
    return kind(required=False, **options)


def words(*allowed: str, **options: Any) -> Any:
    return drf.ChoiceField(choices=allowed, **options)


def many(each: Any, **options: Any) -> Any:
    return drf.ListField(child=each, **options)


def listing(plural: str, entry: Shape, /, **more: Any) -> Shape:
    name = f"{entry.__name__}List"
    return shape(name, total=Whole(), limit=Whole(), offset=Whole(), **more, **{plural: entry(many=True)})


Fault = shape("Fault", field=Text(), code=Text(), message=Text())
Problem = shape("Problem", detail=Text(), code=Text(), errors=Fault(many=True, required=False), document_id=may(Whole))
Bytes, Picture = "application/octet-stream", "image/png"

_LISTED = {
    "id": Whole(),
    "filename": Text(),
    "status": words(*Status.values),
    "confidence_score": none(Whole),
    "confidence_label": words(*LABEL_SPANS, allow_null=True),
    "contact_id": Whole(),
    "folder_id": Whole(),
    "created_at": Moment(),
    "uuid": drf.UUIDField(),
    "doc_type": none(Text),
    "doc_date": none(drf.DateField),
    "export_state": words("pending", "delivered", "failed", allow_null=True),
    "updated_at": Moment(),
}
DocumentEntry = shape("DocumentEntry", **_LISTED)
DocumentList = listing("documents", DocumentEntry)
DocumentRecord = shape(
    "DocumentRecord",
    **_LISTED,
    contact_name=Text(),
    folder_name=Text(),
    ai_summary=Text(),
    confidence_reasoning=Text(),
    extracted_fields=drf.DictField(child=Json(allow_null=True)),
    line_items=many(drf.DictField(child=Json(allow_null=True))),
    external_refs=drf.DictField(),
    notes=Text(),
    original_filename=Text(),
    source=words(*Source.values),
    doc_url=drf.URLField(),
    profile_id=none(Whole),
    profile_name=none(Text),
    profile_version=none(Whole),
    page_count=none(Whole),
    size=Whole(),
    media_type=Text(),
    sha256=Text(),
    language=none(Text),
    extractor=none(Text, help_text="Version of the learned numbers it was last read with."),
    project_id=Whole(),
    upload_id=drf.UUIDField(),
    task_id=drf.UUIDField(),
    metadata=drf.DictField(),
    duplicate_of=none(Whole),
    progress=shape("ReadingProgress", stage=Text(), pages_done=Whole(), pages_total=none(Whole))(allow_null=True),
    error=shape("ReadingError", code=Text(), message=Text())(allow_null=True),
    version=Whole(),
)
DocumentChange = shape(
    "DocumentChange",
    extracted_fields=may(drf.DictField, child=Json(allow_null=True)),
    line_items=many(drf.DictField(child=Json(allow_null=True)), required=False),
    doc_type=may(Text, max_length=255),
    doc_date=may(drf.DateField, allow_null=True),
    contact_id=may(Whole),
    folder_id=may(Whole),
    filename=may(Text, max_length=255),
    notes=may(Text, max_length=10_000, allow_blank=True),
    external_refs=may(drf.DictField),
    metadata=may(drf.DictField),
)
StatusChange = shape("StatusChange", status=words(*Status.values), reason=may(Text, max_length=500, allow_blank=True))
StatusAnswer = shape("StatusAnswer", id=Whole(), status=words(*Status.values), updated_at=Moment())
Reprocess = shape("Reprocess", profile_id=may(Whole, allow_null=True), profile_version=may(Whole, allow_null=True))
_READ_WITH = shape("ReadWith", profile_id=none(Whole), profile_name=none(Text), profile_version=none(Whole))
_DIFFERENCE = shape("Difference", key=Text(), label=Text(), old=none(Json), new=none(Json), kept=Flag())
DifferenceRecord = shape(
    "DifferenceRecord",
    document_id=Whole(),
    differences=shape(
        "Differences",
        **{"at": Moment(), "from": _READ_WITH(), "to": _READ_WITH(), "fields": _DIFFERENCE(many=True)},
        line_items=shape("RowDifference", old=Whole(), new=Whole(), kept=Flag())(allow_null=True),
    )(allow_null=True),
)
UploadForm = shape(
    "UploadForm",
    file=drf.FileField(),
    contact_id=Whole(),
    folder_id=Whole(),
    profile_id=may(Whole),
    external_refs=may(Text, help_text="Text holding a JSON object."),
    metadata=may(Text, help_text="Text holding a JSON object."),
    notes=may(Text, max_length=10_000),
    project_id=may(Whole),
    languages=many(Text(), required=False, help_text="Of scans, codes such as en, de, fr; none: as further up."),
    ocr_engine=words(*ENGINES, required=False, allow_blank=True),
)
UploadAnswer = shape(
    "UploadAnswer",
    **{key: _LISTED[key] for key in ("id", "filename", "status", "contact_id", "folder_id", "created_at", "uuid")},
    upload_id=drf.UUIDField(),
    task_id=drf.UUIDField(),
    duplicate_of=none(Whole),
)
Actor = shape("Actor", kind=Text(), name=Text())
Transition = shape("Transition", id=Whole(), old=none(Text), new=Text(), reason=Text(), actor=Actor(), at=Moment())
TransitionList = listing("transitions", Transition)

Page = shape(
    "Page",
    number=Whole(), width=drf.FloatField(), height=drf.FloatField(), rotation=Whole(), source=words("text layer", "ocr"),
    word_count=Whole(), image_url=Text(), words_url=Text(), reason=Text(), engine=Text(),
)  # fmt: skip
PageList = shape("PageList", document_id=Whole(), total=Whole(), pages=Page(many=True))
_BOX = {edge: drf.FloatField() for edge in ("x0", "top", "x1", "bottom")}
Word = shape("Word", text=Text(), **_BOX, confidence=Whole(), line=Whole())
WordList = shape("WordList", document_id=Whole(), page=Whole(), words=Word(many=True))
Box = shape("Box", page=Whole(), **_BOX)
FieldEntry = shape(
    "FieldEntry",
    key=Text(),
    label=Text(),
    type=words(*TYPES),
    required=Flag(),
    value=none(Json),
    raw=Text(),
    machine_value=none(Json),
    confidence_score=Whole(),
    confidence_label=words(*LABEL_SPANS),
    source=Text(),
    page=none(Whole),
    boxes=Box(many=True),
    evidence=many(Text()),
    absent=Flag(),
    problems=shape("ValueProblem", code=Text(), message=Text())(many=True),
    confirmed_by=none(Text),
    confirmed_at=none(Moment),
)
Cell = shape("Cell", value=none(Json), raw=Text(), confidence_score=Whole(), boxes=Box(many=True))
LineEntry = shape("LineEntry", position=Whole(), page=none(Whole), confidence_score=Whole(), cells=drf.DictField(child=Cell()))
FieldList = shape("FieldList", document_id=Whole(), fields=FieldEntry(many=True), line_items=LineEntry(many=True))

Named = shape("Named", id=Whole(), name=Text())
_TIMES = {"created_at": Moment(), "updated_at": Moment()}
ContactRecord = shape(
    "ContactRecord",
    id=Whole(), name=Text(), type=words(*ContactType.values), email=Text(), phone=Text(), company=Text(), address=Text(),
    notes=Text(),
    parent_id=none(Whole), default_profile_id=none(Whole), vat_ids=many(Text()), bank_accounts=many(Text()), is_system=Flag(),
    folders=Named(many=True),
    statistics=shape(
        "ContactStatistics",
        documents=Whole(),
        by_status=drf.DictField(child=Whole()),
        invoice_totals=drf.DictField(child=Text()),
    )(),
    **_TIMES,
)  # fmt: skip
ContactMatch = shape(
    "ContactMatch", contact_id=Whole(), contact_name=Text(), score=Whole(), reasons=drf.ListField(child=Text())
)
ContactMatchList = listing("matches", ContactMatch)
ContactList = listing("contacts", ContactRecord)
ContactForm = shape(
    "ContactForm",
    name=Text(max_length=255), type=words(*ContactType.values, required=False), email=may(Text), phone=may(Text),
    company=may(Text), address=may(Text), notes=may(Text),
    parent_id=may(Whole, allow_null=True), default_profile_id=may(Whole, allow_null=True),
    vat_ids=many(Text(), required=False), bank_accounts=many(Text(), required=False), ai_chat_instructions=may(Text),
)  # fmt: skip
FolderRecord = shape(
    "FolderRecord",
    id=Whole(), name=Text(), contact_id=Whole(), contact_name=Text(), documents=Whole(),
    by_status=drf.DictField(child=Whole()), is_system=Flag(), **_TIMES,
)  # fmt: skip
FolderList = listing("folders", FolderRecord)
FolderForm = shape("FolderForm", name=Text(max_length=255), contact_id=Whole())
FolderChange = shape("FolderChange", name=may(Text, max_length=255))

ProfileField = shape(
    "ProfileField",
    key=may(Text), label=may(Text), type=words(*TYPES, required=False), required=may(Flag),
    synonyms=many(Text(), required=False), description=may(Text, allow_blank=True), pattern=may(Text, allow_blank=True),
    threshold=may(Whole), choices=many(Text(), required=False),
)  # fmt: skip
Column = shape(
    "Column", key=may(Text), label=may(Text), type=words(*TYPES, required=False), synonyms=many(Text(), required=False)
)
_AFTER = ("Ready", "Approved", "Export")
_RECOGNITION = {"languages": many(Text()), "ocr_engine": words(*ENGINES, allow_null=True)}
_RECOGNITION_WISH = {
    "languages": many(Text(), required=False, help_text="Codes such as en, de, fr; empty: as further up."),
    "ocr_engine": words(*ENGINES, allow_null=True, required=False),
}
ProfileRecord = shape(
    "ProfileRecord",
    id=Whole(), key=Text(), name=Text(), description=Text(), doc_type=Text(), after_confirming=words(*_AFTER),
    fields=ProfileField(many=True), extract_line_items=Flag(), line_item_columns=Column(many=True), version=Whole(),
    is_built_in=Flag(), documents=Whole(), **_TIMES, **_RECOGNITION,
)  # fmt: skip
ProfileList = listing("profiles", ProfileRecord)
ProfileForm = shape(
    "ProfileForm",
    name=may(Text, max_length=255), description=may(Text), doc_type=may(Text), after_confirming=words(*_AFTER, required=False),
    fields=ProfileField(many=True, required=False), extract_line_items=may(Flag),
    line_item_columns=Column(many=True, required=False), from_document=may(Whole), **_RECOGNITION_WISH,
)  # fmt: skip
Version = shape(
    "Version",
    version=Whole(), changed_by=Text(), changed_at=Moment(), fields=ProfileField(many=True),
    line_item_columns=Column(many=True),
)  # fmt: skip
VersionList = listing("versions", Version)
_TRIED = shape("TriedValue", document_id=Whole(), right=none(Json), before=none(Json), after=none(Json))
TrialRecord = shape(
    "TrialRecord",
    id=Whole(), state=words("waiting", "done"), before=Whole(), after=none(Whole), asked_by=Text(), created_at=Moment(),
    ended_at=none(Moment), documents=none(Whole), worse=many(Text()), removed=many(Text()), text=Text(),
    fields=shape(
        "TriedField",
        key=Text(), label=Text(), checked=Whole(), right_before=Whole(), right_after=Whole(), worse=_TRIED(many=True),
        better=_TRIED(many=True),
    )(many=True),
)  # fmt: skip
TrialList = listing("trials", TrialRecord)
TrialForm = shape(
    "TrialForm",
    fields=ProfileField(many=True, required=False), extract_line_items=may(Flag),
    line_item_columns=Column(many=True, required=False), limit=may(Whole),
)  # fmt: skip

ProjectRecord = shape(
    "ProjectRecord",
    id=Whole(), name=Text(), is_default=Flag(), contact_id=Whole(), folder_id=Whole(), profile_id=none(Whole),
    automation_level=words(*AutomationLevel.values), email_body_as_task=Flag(),
    duplicate_policy=words("accept", "flag", "reject", allow_null=True), uploads=Whole(), **_TIMES,
    **_RECOGNITION,
)  # fmt: skip
ProjectList = listing("projects", ProjectRecord)
ProjectForm = shape(
    "ProjectForm",
    name=Text(max_length=255), contact_id=may(Whole), folder_id=may(Whole), profile_id=may(Whole, allow_null=True),
    automation_level=words(*AutomationLevel.values, required=False), email_body_as_task=may(Flag),
    duplicate_policy=words("accept", "flag", "reject", allow_null=True, required=False), **_RECOGNITION_WISH,
)  # fmt: skip

Trigger = shape(
    "Trigger", type=words("document", "schedule"), event=may(Text), interval_minutes=may(Whole, min_value=1, max_value=10_080)
)
Condition = shape("Condition", field=Text(), operator=Text(), value=may(Json, allow_null=True))


def action() -> Any:
    return drf.DictField(child=Json(allow_null=True), help_text="type and the keys of that action")


RuleRecord = shape(
    "RuleRecord",
    id=Whole(), name=Text(), is_active=Flag(), position=Whole(), profile_id=none(Whole), trigger=Trigger(),
    conditions=Condition(many=True), actions=many(action()), last_run_at=none(Moment), runs=Whole(), **_TIMES,
)  # fmt: skip
RuleList = listing("rules", RuleRecord)
RuleForm = shape(
    "RuleForm",
    name=Text(max_length=255), is_active=may(Flag), position=may(Whole), profile_id=may(Whole, allow_null=True),
    trigger=Trigger(), conditions=Condition(many=True, required=False), actions=many(action(), min_length=1, max_length=5),
)  # fmt: skip
RuleOrder = shape("RuleOrder", rule_ids=many(Whole()))
Checked = shape("Checked", field=Text(), operator=Text(), value=none(Json), actual=none(Json), held=Flag())
Done = shape("Done", type=Text(), ok=Flag(), result=none(Text), error=none(Text))
Run = shape(
    "Run",
    id=Whole(), rule_id=none(Whole), rule_name=Text(), document_id=Whole(), trigger=Text(), matched=Flag(),
    conditions=Checked(many=True), actions=Done(many=True), ok=Flag(), duration_ms=Whole(), created_at=Moment(),
)  # fmt: skip
RunList = listing("runs", Run)
DryRun = shape(
    "DryRun",
    rule=RuleForm(required=False),
    rule_id=may(Whole),
    filter=may(drf.DictField),
    limit=may(Whole, min_value=1, max_value=500),
)
DryRunResult = shape(
    "DryRunResult", document_id=Whole(), filename=Text(), matched=Flag(), conditions=Checked(many=True), effects=many(Text())
)
DryRunAnswer = shape("DryRunAnswer", checked=Whole(), matched=Whole(), results=DryRunResult(many=True))

_ENDPOINT = {
    "id": Whole(),
    "channel": words(*EVENTS),
    "url": Text(),
    "events": many(Text()),
    "is_active": Flag(),
    "has_bearer_token": Flag(),
    "secret_last4": Text(),
    "disabled_reason": none(Text),
    "last_delivery": shape("LastDelivery", id=Whole(), event=Text(), state=Text(), created_at=Moment())(allow_null=True),
    **_TIMES,
}
WebhookRecord = shape("WebhookRecord", **_ENDPOINT)
WebhookSecret = shape("WebhookSecret", **_ENDPOINT, secret=Text())
WebhookList = listing("webhooks", WebhookRecord)
WebhookForm = shape(
    "WebhookForm",
    channel=words(*EVENTS), url=Text(max_length=2000), is_active=may(Flag), bearer_token=may(Text, allow_blank=True),
    events=many(Text(), required=False),
)  # fmt: skip
_DELIVERY = {
    "id": Whole(),
    "message_id": Text(),
    "webhook_id": none(Whole),
    "format": Text(),
    "event": Text(),
    "document_id": none(Whole),
    "url": Text(),
    "state": words("pending", "delivered", "failed"),
    "held": Flag(),
    "next_attempt_at": none(Moment),
    "created_at": Moment(),
    "delivered_at": none(Moment),
}
Attempt = shape(
    "Attempt", number=Whole(), at=Moment(), status=none(Whole), error=none(Text), duration_ms=Whole(), response=Text()
)
DeliveryEntry = shape("DeliveryEntry", **_DELIVERY)
DeliveryList = listing("deliveries", DeliveryEntry)
DeliveryRecord = shape("DeliveryRecord", **_DELIVERY, attempts=Attempt(many=True), payload=drf.DictField())

NotificationRecord = shape(
    "NotificationRecord",
    id=Whole(), title=Text(), message=Text(), kind=Text(), document_id=none(Whole), rule_id=none(Whole), read=Flag(),
    created_at=Moment(),
)  # fmt: skip
NotificationList = listing("notifications", NotificationRecord, unread=Whole())
NotificationChange = shape("NotificationChange", read=Flag())
Event = shape(
    "Event",
    id=Whole(), at=Moment(), actor=Actor(), event_type=Text(), document_id=none(Whole), contact_id=none(Whole), detail=Text(),
    before=none(drf.DictField), after=none(drf.DictField), request_id=Text(),
)  # fmt: skip
EventList = listing("events", Event)
