"""One child process, seen from the parent: start, ask, end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from docflow.errors import PartDownError
from docflow.sandbox.kernel import PLAIN
from docflow.sandbox.limits import Limits
from docflow.sandbox.patience import Patience, TooLateError
from docflow.sandbox.starter import in_starter
from docflow.sandbox.steps import Step
from docflow.sandbox.stops import BAD_ANSWER, TIME, Exit, StoppedError, peak_bytes, reason_of
from docflow.sandbox.wire import BadAnswerError, Channel, EndedError

PROGRAM = Path(__file__).with_name("child.py")
START_SECONDS = 20.0  # a child starts in half a second; a busy machine may take longer
END_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What each of a sandbox's two children is started with; `steps` are those that it runs."""

    steps: dict[str, Step]
    limits: Limits
    isolate: bool = True
    on_wait: Callable[[], object] | None = None
    on_wait_every: float = 5.0


def environment() -> dict[str, str]:
    """The few names a child sees. No address, key or password is among them."""
    names = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        # Parallelism is the number of workers; thread pools of numpy would also reserve address space for each core.
        "OMP_THREAD_LIMIT": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # pdfminer unpickles what it finds there by a name taken from the PDF; below a device nothing can ever be found.
        "CMAP_PATH": os.devnull,
    }
    if "TESSDATA_PREFIX" in os.environ:
        names["TESSDATA_PREFIX"] = os.environ["TESSDATA_PREFIX"]
    return names


class Child:
    """A warm process. Not for two threads at once: the sandbox's lock sees to that."""

    def __init__(self, terms: Terms, organization: str, folder: Path) -> None:
        """Starts the process and waits until it has laid its limits on. Raises PartDownError if it does not come up."""
        self.terms, self.organization = terms, organization
        self.works = 0
        self._bound_to: object = None
        self._exit = Exit(0, 0)
        self.level = self._start(folder, isolate=terms.isolate)
        if not self.level:
            self.level = self._start(folder, isolate=False)
        if not self.level:
            raise PartDownError("The reader does not start. `manage.py doctor` tells why.")

    @property
    def pid(self) -> int:
        return self._process.pid

    def _start(self, folder: Path, *, isolate: bool) -> str:
        """The level of isolation reached, or "" when the process ended instead of answering."""
        command = [sys.executable, "-I", str(PROGRAM), str(os.getpid()), "isolated" if isolate else PLAIN]
        try:
            self._process = in_starter(lambda: self._spawn(command, folder))
        except OSError as error:
            raise PartDownError("The reader does not start: the machine has no room for another process.") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._channel = Channel(self._process.stdin.fileno(), self._process.stdout.fileno())
        wait = Patience(START_SECONDS, self.gone, self.terms.on_wait, self.terms.on_wait_every)
        first = {
            "limits": asdict(self.terms.limits),
            "steps": {name: step.path for name, step in self.terms.steps.items()},
        }
        level = ""
        try:
            self._channel.send(first, wait)
            level = str(self._channel.receive(wait).get("level", ""))
        except (EndedError, BadAnswerError, TooLateError):
            pass
        finally:
            if not level:  # also when on_wait raised
                self.kill()
        return level

    @staticmethod
    def _spawn(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            close_fds=True,
            start_new_session=True,
            cwd=folder,
            env=environment(),
        )

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """One request, one message, within `seconds`. Raises StoppedError; the child is then of no more use."""
        wait = Patience(seconds, self.gone, self.terms.on_wait, self.terms.on_wait_every)
        try:
            self._channel.send(request, wait)
            return self._channel.receive(wait)
        except TooLateError as error:
            raise StoppedError(TIME) from error
        except BadAnswerError as error:
            raise StoppedError(BAD_ANSWER, str(error)) from error
        except EndedError as error:
            end = self.kill(grace=END_SECONDS)
            raise StoppedError(reason_of(end, self.terms.limits.address_space), f"exit {end.status}") from error

    def gone(self) -> bool:
        """Whether the process has ended. It stays a zombie until `kill`, so that its group's number is not given away."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def resident(self) -> int:
        """Bytes of memory the process holds now; 0 once it has ended."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        except FileNotFoundError:
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def fits(self, work: object, organization: str) -> bool:
        """Whether it may run the next step of `work`: the organization's own, alive, not swollen, not worn out."""
        limits = self.terms.limits
        strange = limits.one_organization and organization != self.organization
        worn = self.works >= limits.works and work is not self._bound_to
        return not strange and not worn and self.resident() <= limits.resident and not self.gone()

    def bind(self, work: object) -> None:
        """Count a work once, however many steps it has."""
        if work is not self._bound_to:
            self._bound_to = work
            self.works += 1

    def end(self) -> None:
        """Let it go in peace: closing its pipe is the word for it. What then still stands is killed."""
        self._close_pipes()
        self.kill(grace=END_SECONDS)

    def kill(self, grace: float = 0.0) -> Exit:
        """SIGKILL for the whole group, tesseract included, unless the child ends by itself within `grace` seconds.

        Returns how it ended. The group is killed in any case, and before the child is reaped.
        """
        if self._process.returncode is not None:
            return self._exit
        until = time.monotonic() + grace
        while not self.gone() and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(self.pid, signal.SIGKILL)
        self._close_pipes()
        _, status, usage = os.wait4(self.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._exit = Exit(self._process.returncode, peak_bytes(usage))
        return self._exit

    def forget(self) -> None:
        """In a process forked from the one that started the child: close our copies of its pipes, leave it alone."""
        self._close_pipes()
        self._process.returncode = 0

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
