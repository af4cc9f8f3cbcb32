"""A POST that is sent again gives the first answer again (reliability.md P3).

The row is written in the transaction that creates the object: a twin that comes meanwhile waits at the unique index (on
SQLite at the write lock) until the first has ended, and then finds its answer. Only 2xx answers are kept, for 24 hours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.models import IdempotentCall
from docflow.encryption import EncryptedTextField
from docflow.errors import FirstStillRunningError, InputError, KeyReusedError, invalid
from rules.webhooks.payload import json_text

KEPT = timedelta(hours=24)
LONGEST = 255
HEADERS = ("Location", "ETag", "X-Document-Location")
_SEAL = EncryptedTextField()  # an answer may hold a secret that is shown once


class AnsweredBefore(Exception):  # noqa: N818  no error, but the way out of the transaction
    """The answer of the first call is `response`; nothing is created."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Once:
    """One POST under its Idempotency-Key; without the header everything runs as if this were not here."""

    def __init__(self, request: Request, fields: Any, sums: Iterable[str] = ()) -> None:
        """`fields` are those of the body, `sums` the SHA-256 of its files in order. Raises InputError for a bad key."""
        self.key = request.headers.get("Idempotency-Key")
        self._row: IdempotentCall | None = None
        if self.key is None:
            return
        if not 1 <= len(self.key) <= LONGEST or not self.key.isprintable():
            raise InputError(invalid("Idempotency-Key", f"Idempotency-Key must have 1 to {LONGEST} characters."))
        self._caller: Any = request.user
        told = json.dumps([request.path.rstrip("/"), fields, list(sums)], sort_keys=True)
        self._fingerprint = hashlib.sha256(told.encode()).hexdigest()

    def run(self, make: Callable[[], Response]) -> Response:
        """`make` creates the object and renders the answer, in one transaction with the key. Raises KeyReusedError,
        FirstStillRunningError."""
        if self.key is None:
            return make()
        try:
            self.look()
            with transaction.atomic():
                return self.within(make)
        except AnsweredBefore as before:
            return before.response

    def look(self) -> None:
        """Spares slow work for a call that was answered before. Raises AnsweredBefore, KeyReusedError."""
        if self.key is not None:
            found = self._rows().filter(created_at__gt=timezone.now() - KEPT).first()
            if found is not None:
                self._answer_again(found)

    def within(self, make: Callable[[], Response]) -> Response:
        """As `run`, in a transaction of the caller's, who must let it fail. Raises AnsweredBefore too."""
        self.claim()
        response = make()
        self.keep(response)
        return response

    def claim(self) -> None:
        """The first statement of the creating transaction. Raises AnsweredBefore, KeyReusedError, FirstStillRunningError."""
        if self.key is not None:
            self._row = self._inserted()

    def keep(self, response: Response) -> None:
        """The last statement of the creating transaction: what a repeated call will get."""
        if self._row is not None:
            self._row.status = response.status_code
            self._row.headers = {name: response[name] for name in HEADERS if response.has_header(name)}
            self._row.body = _SEAL.get_prep_value(json_text(response.data))
            self._row.save()

    def _rows(self) -> Any:
        caller = self._caller
        return IdempotentCall.objects.filter(
            organization_id=_organization_of(caller), credential=caller.credential, key=self.key
        )

    def _inserted(self) -> IdempotentCall:
        self._rows().filter(created_at__lte=timezone.now() - KEPT).delete()
        assert self.key is not None
        try:
            with transaction.atomic():
                return IdempotentCall.objects.create(
                    organization_id=_organization_of(self._caller),
                    credential=self._caller.credential,
                    key=self.key,
                    fingerprint=self._fingerprint,
                )
        except IntegrityError:
            self._answer_again(self._rows().get())
            raise
        except OperationalError:  # the lock time-out of the database: the first is slow
            raise FirstStillRunningError from None

    def _answer_again(self, row: IdempotentCall) -> None:
        if row.fingerprint != self._fingerprint:
            raise KeyReusedError
        if row.status is None:
            raise FirstStillRunningError
        body = json.loads(_SEAL.from_db_value(row.body, None, None))
        raise AnsweredBefore(Response(body, status=row.status, headers={**row.headers, "Idempotent-Replayed": "true"}))


def _organization_of(caller: Any) -> int:
    """An account key has no organization of its own; its calls are counted for the one that the path names."""
    organization_id: int = caller.organization.pk
    return organization_id


def forget_old() -> int:
    """Removes what is older than 24 hours -> how many. For the sweeper."""
    number, _ = IdempotentCall.objects.filter(created_at__lte=timezone.now() - KEPT).delete()
    return number
