"""Why a child was stopped, and what people are told about it: reliability.md section 5.4."""

from __future__ import annotations

import logging
import resource
import signal
from dataclasses import dataclass

from docflow.errors import ReaderStoppedError
from docflow.sandbox.steps import Step

TIME, MEMORY, CRASH, BAD_ANSWER = "time", "memory", "crash", "bad_answer"

log = logging.getLogger(__name__)

_ADVICE = "Send a simpler copy or enter the values by hand."
_READS = ("read_page", "recognize")
_WHAT = {
    "look": "Looking into the file",
    "unpack": "Unpacking the file",
    "open_file": "Opening the file",
    "draw_page": "Drawing the page",
    "searchable_page": "Making the page searchable",
    "join_pages": "Joining the pages",
    "scale_image": "Scaling the picture",
    "find_values": "Finding the values",
    "ask_model": "Writing the question to the language model",
    "weigh_answer": "Weighing the language model's answer",
}


class StoppedError(Exception):
    """Inside this package: the child has to go. `reason` is one of the four above, `detail` is for logs only."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended: exit status (negative = signal) and the most memory it ever had resident, in bytes."""

    status: int
    peak: int


def reason_of(end: Exit, memory_limit: int) -> str:
    """The cause of an end that nobody here brought about.

    SIGKILL then comes from the kernel, which lacked memory. A parser that gets no more memory often aborts: an abort near
    the limit is told as memory. The kernel counts into the peak what *we* held when the child was started, so a peak not
    above our own says nothing.
    """
    own_peak = peak_bytes(resource.getrusage(resource.RUSAGE_SELF))
    if end.status == -signal.SIGXCPU:
        return TIME
    if end.status == -signal.SIGKILL or end.peak > max(0.6 * memory_limit, own_peak):
        return MEMORY
    return CRASH


def peak_bytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss * 1024


def as_reader_stopped(stop: StoppedError, name: str, step: Step, page: int | None) -> ReaderStoppedError:
    """The error of the house for a stop, with the sentence for people; the detail goes to the log."""
    log.warning("sandbox child stopped: step=%s reason=%s detail=%s", name, stop.reason, stop.detail)
    where = f"Page {page}" if page else "The file"
    doing = f"Reading page {page}" if page and name in _READS else _WHAT.get(name, "Reading the file")
    sentences = {
        TIME: f"{doing} took longer than {step.wall:g} s.",
        MEMORY: f"{where} needed too much memory.",
        CRASH: f"{where} ended the reader.",
        BAD_ANSWER: f"{where} confused the reader.",
    }
    error = ReaderStoppedError(
        "time_limit" if stop.reason == TIME else "reading_failed",
        f"{sentences[stop.reason]} {_ADVICE}",
        reason=stop.reason,
        page=page,
    )
    if stop.detail:
        error.add_note(stop.detail)
    return error
