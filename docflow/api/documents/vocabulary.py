"""The words of the Documents surface. Its statuses are the stored ones; this says what each means, for the schema."""

from documents.statuses import Status

MEANING: dict[str, str] = {
    Status.NEW: "taken in, waits for a worker; set by a caller: read again",
    Status.PROCESSING: "is being read; set by a caller: read again, at the head of the queue",
    Status.NEEDS_REVIEW: "read, a person has to look",
    Status.MISSING_INFO: "set aside until something is supplied",
    Status.READY: "values confirmed, sign-off open",
    Status.APPROVED: "signed off, values locked",
    Status.EXPORT: "handed to the outside; the only status that fires document.exported",
    Status.EXCEPTION: "could not be read, or a rule or person flagged it",
    Status.ARCHIVED: "closed",
}
