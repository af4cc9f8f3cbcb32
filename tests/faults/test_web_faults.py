"""P1: what was answered with 2xx is on disk, whatever happens to the web processes."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
import uuid

import httpx
import pytest

from tests import make
from tests.faults.site import Site, children_of

pytestmark = pytest.mark.xdist_group("serve")


def post(site: Site, name: str, content: bytes, key: str) -> int:
    """One try -> its status; 0 when the connection broke."""
    try:
        answer = httpx.post(
            f"{site.url}/api/documents/upload",
            headers={"Authorization": f"Bearer {site.key}", "Idempotency-Key": key},
            data={"contact_id": "1", "folder_id": "1"},
            files={"file": (name, content, "text/plain")},
            timeout=30,
        )
    except httpx.TransportError:
        return 0
    return answer.status_code


def post_until_kept(site: Site, name: str, content: bytes) -> None:
    """As a careful client does it: the same key again until there is an answer."""
    key, until = uuid.uuid4().hex, time.monotonic() + 60
    while (status := post(site, name, content, key)) != 201:
        assert status in (0, 409, 503), status
        assert time.monotonic() < until, "no answer"
        time.sleep(0.2)


def web_is_up(site: Site) -> bool:
    try:
        return httpx.get(f"{site.url}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_p1_every_accepted_upload_is_kept_once_though_web_processes_are_killed(site: Site) -> None:
    site.serve("web")
    site.wait(lambda: web_is_up(site), 90, "web")
    dice = random.Random(5)
    sent = {f"file-{number}.txt": make.invoice_text(f"P-{number}") + b"x" * 200_000 for number in range(10)}
    for number, (name, content) in enumerate(sent.items()):
        if number % 3 == 1:
            os.kill(dice.choice(children_of(site.group("web"))), signal.SIGKILL)
        post_until_kept(site, name, content)
    rows = site.database.rows("SELECT filename, file, sha256 FROM documents_document")
    assert sorted(name for name, _, _ in rows) == sorted(sent)  # each once
    for name, stored, digest in rows:
        content = (site.folder / "files" / stored).read_bytes()
        assert content == sent[name]
        assert hashlib.sha256(content).hexdigest() == digest
    ids = {row[0] for row in site.database.rows("SELECT document_id FROM uploads_task WHERE stage = 'queued'")}
    assert len(ids) == 10


def test_a_killed_web_master_comes_back_on_the_same_port(site: Site) -> None:
    site.serve("web")
    site.wait(lambda: web_is_up(site), 90, "web")
    before = site.group("web")
    os.kill(before, signal.SIGKILL)
    site.wait(lambda: site.group("web") not in (0, before) and web_is_up(site), 60, "web again")


def test_a_second_serve_on_the_same_folder_says_so_and_ends(site: Site) -> None:
    site.serve("web")
    site.wait(lambda: site.group("web") != 0, 60, "web")
    first, site.process = site.process, None
    site.serve("web")
    assert site.process is not None
    assert site.process.wait(60) == 1
    site.process = first
    assert "is already running on this machine" in site.log()


def test_a_busy_port_ends_the_start_with_a_sentence(site: Site, new_site) -> None:
    site.serve("web")
    site.wait(lambda: web_is_up(site), 90, "web")
    other = new_site()
    other.port = site.port
    other.serve("web")
    assert other.process is not None
    assert other.process.wait(60) == 1
    assert f"Port {site.port} of 127.0.0.1 cannot be used" in other.log()


def test_a_bad_setting_ends_the_start_with_a_sentence(site: Site) -> None:
    site.environment["DOCFLOW_MAX_PAGES"] = "many"
    site.serve("web")
    assert site.process is not None
    assert site.process.wait(60) == 1
    assert "docflow cannot start: DOCFLOW_MAX_PAGES is 'many'. Use a whole number." in site.log()
    assert "Traceback" not in site.log()
