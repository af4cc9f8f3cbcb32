"""What can go wrong, in docflow's own words, without HTTP and without Django.

Each class is one row of surfaces/README.md section 4. `docflow.api.errors` turns them into status codes; a test proves
that none is without a row. The message is a whole sentence for people: what was wrong and, where it helps, what to do.
"""

from __future__ import annotations

from dataclasses import dataclass


class DocflowError(Exception):
    """The root of all expected errors. `message` is shown to people; it holds no path, SQL or secret."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.default)
        self.message = message or self.default

    default = "Something went wrong."


class KeyInvalidError(DocflowError):
    default = "Missing or invalid API key. Send it as Authorization: Bearer <key>."


class KeyExpiredError(DocflowError):
    default = "API token expired"


class ScopeMissingError(DocflowError):
    def __init__(self, scope: str) -> None:
        super().__init__(f"This key lacks the scope {scope}.")


class RoleTooSmallError(DocflowError):
    """A signed-in person whose role does not allow this. On the API it reads like a missing scope."""


class KeyKindWrongError(DocflowError):
    default = "This is an account key. Use an organization key here."


class LicenceMissingError(DocflowError):
    default = "No license for the user's organization"


class LicenceExpiredError(DocflowError):
    default = "License expired"


class BuiltInReadOnlyError(DocflowError):
    default = "Built-in profiles cannot be changed. Change a copy."


class NotFoundError(DocflowError):
    """Unknown here, which includes everything of another organization."""

    default = "There is nothing here."


class BodyMalformedError(DocflowError):
    default = "The body is not valid JSON."


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one given value. `code` is the Documents word, e.g. `field_required`."""

    field: str
    code: str
    message: str


class InputError(DocflowError):
    """Values that were given are wrong; carries all faults at once, the first one speaks for them."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults[0].message)
        self.faults = faults


def missing(field: str) -> Fault:
    return Fault(field, "field_required", f"{field} is required.")


def invalid(field: str, message: str) -> Fault:
    return Fault(field, "invalid_value", message)


def unknown(field: str, message: str) -> Fault:
    return Fault(field, "unknown_reference", message)


class StatusInvalidError(DocflowError):
    pass


class UrlRefusedError(DocflowError):
    """An address that a customer gave and docflow will not call."""


class FileError(DocflowError):
    """A file that cannot be taken or read: reliability.md section 5.4.

    `code` is the wire word, `reason` the finer one for Task.error, logs and metrics, `page` from 1 if one is meant.
    """

    def __init__(self, code: str, message: str, *, reason: str = "", page: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason or code
        self.page = page

    def as_json(self) -> dict[str, object]:
        return {"code": self.code, "message": self.message, "reason": self.reason, "page": self.page}


class FileRefusedError(FileError):
    """Refused at once, nothing stored: file_empty, file_too_large, too_many_files, too_many_pages,
    file_type_not_supported, archive_limit."""


class ReaderStoppedError(FileError):
    """The child had to be stopped, ended by itself or answered nonsense. Worth one more try in a fresh child."""


class PartDownError(DocflowError):
    """A part of the installation does not work now: storage full, database away, reader busy."""

    default = "Server error. Check that all parts of docflow are running (/readyz tells which is not)."


class DuplicateRefusedError(DocflowError):
    def __init__(self, document_id: int) -> None:
        super().__init__(f"This file is already here as document {document_id}.")
        self.document_id = document_id


class FirstStillRunningError(DocflowError):
    default = "The first request with this key is still running."


class KeyReusedError(DocflowError):
    default = "This Idempotency-Key was used with another body."


class DocumentLockedError(DocflowError):
    def __init__(self, document_id: int, status: str) -> None:
        super().__init__(f"Document {document_id} is {status} and locked. Set it to Needs Review first.")


class DocumentBusyError(DocflowError):
    def __init__(self, document_id: int) -> None:
        super().__init__(f"Document {document_id} is being read.")


class ReviewLockedError(DocflowError):
    """Somebody else has the document open for review."""


class OpenFieldsError(DocflowError):
    """Values still open keep a person from confirming. `keys` names them."""

    def __init__(self, keys: list[str]) -> None:
        count = "1 value is" if len(keys) == 1 else f"{len(keys)} values are"
        super().__init__(f"{count} still open: {', '.join(keys)}.")
        self.keys = keys


class StateConflictError(DocflowError):
    pass


class OfflineModeError(DocflowError):
    default = "Offline Mode is on; nothing is sent."


class InUseError(DocflowError):
    pass


class NameTakenError(DocflowError):
    pass


class VersionMismatchError(DocflowError):
    def __init__(self, current: int, sent: str) -> None:
        super().__init__(f"The document changed since you read it (version {current}, you sent {sent}).")
        self.current = current


class TooManyConditionsError(DocflowError):
    default = "A rule takes at most 5 conditions."


class RateLimitedError(DocflowError):
    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many requests. Try again in {seconds} seconds.")
        self.seconds = seconds


class NotBuiltError(DocflowError):
    default = "This feature is not implemented"
