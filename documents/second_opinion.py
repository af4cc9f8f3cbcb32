"""The language model in the reading job: asked after the reader found its values, heard if it answers in time.

Whatever goes wrong with it is a note on the document, and the reading goes on with what the reader found.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.conf import settings

from docflow import leases, life
from docflow.errors import FileError, OfflineModeError, PartDownError
from docflow.outbound import policy
from documents.chat import Chat, ChatError, ask, body_of
from documents.extraction.llm import opinion
from documents.extraction.llm.question import Question
from documents.extraction.profiles import Profile
from documents.extraction.reading import Work
from documents.extraction.values import Findings, Problem
from documents.models import Document, LanguageModel
from documents.operations import language_models
from documents.operations.pages import LostLeaseError

log = logging.getLogger(__name__)
NOTE = "model_not_heard"


class StoppingError(Exception):
    """This machine is being stopped while an answer is awaited: the document is given back."""


def heard(work: Work, document: Document, token: UUID, findings: Findings, profile: Profile, *, was_asked: bool) -> Findings:
    """The findings with the second opinion of the organization's language model, where it has one that may be asked.

    `profile` is the one of the findings, whose pages were just given to `work`; `was_asked`: not chosen by content. Raises
    LostLeaseError, StoppingError.
    """
    model = LanguageModel.objects.of(document.organization).active().first()
    if model is None or document.organization.is_held_offline or policy().offline:
        return findings
    if not _is_of_use(findings, profile, was_asked):
        return findings
    if not leases.renew(document.task, token):
        raise LostLeaseError
    try:
        question = opinion.question(work, profile, model.most_characters)
        answer = _answer(model, document, question)
        findings, note = opinion.weighed(work, findings, answer, profile)
    except OfflineModeError:  # switched on between the look and the call
        return findings
    except (opinion.NothingToAskError, ChatError) as error:
        note = str(error)
    except (FileError, PartDownError) as error:
        log.warning("language model not weighed", extra={"document": document.pk, "reason": type(error).__name__})
        note = "its answer could not be worked on"
    return findings if not note else _noted(findings, note)


def _is_of_use(findings: Findings, profile: Profile, was_asked: bool) -> bool:
    """An e-invoice leaves nothing to ask; of what is no business paper nothing is wanted unless a person chose a profile."""
    return findings.einvoice is None and bool(profile.fields) and (was_asked or findings.doc_type != "other")


def _answer(model: LanguageModel, document: Document, question: Question) -> str:
    """The answer that is known to this very question, else a new one. Raises ChatError, OfflineModeError, StoppingError."""
    chat = Chat(model.base_url, model.name, model.api_key, model.seconds / settings.CLOCK_DIVISOR, model.most_tokens)
    digest = hashlib.sha256(json.dumps([chat.base_url, body_of(chat, question)]).encode()).hexdigest()
    known = language_models.known_answer(document, digest)
    if known is not None:
        return known
    if not language_models.take_call(model):
        raise ChatError(f"the {model.calls_per_day:,} documents of today are used up; it is asked again from 00:00 UTC on")
    outcome, characters = "interrupted", len(question.system) + len(question.user) + len(json.dumps(question.schema))
    try:
        answer = ask(chat, question, policy(), _looking_up())
        outcome = "answered"
    except ChatError as error:
        outcome = str(error)
        raise
    finally:
        language_models.record_outcome(model, document, characters, outcome)
    language_models.keep_answer(document, digest, answer)
    return answer


def _looking_up() -> Callable[[], None]:
    def look() -> None:
        life.touch()
        if life.is_stopping():
            raise StoppingError

    return look


def _noted(findings: Findings, note: str) -> Findings:
    problem = Problem(NOTE, f"The language model was not heard: {note}.", blocks=False)
    return replace(findings, problems=(*findings.problems, problem))
