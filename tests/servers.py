"""Says whether the services of `make test-services` answer; a missing one ends it with a sentence."""

from __future__ import annotations

import os
import sys

import psycopg
import redis


def missing() -> list[str]:
    """A sentence for each service that does not answer."""
    found = []
    database, broker = os.environ["DOCFLOW_TEST_DATABASE_URL"], os.environ["DOCFLOW_TEST_BROKER_URL"]
    try:
        psycopg.connect(database, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        found.append(_sentence("PostgreSQL", "DOCFLOW_TEST_DATABASE_URL", error))
    try:
        redis.from_url(broker, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        found.append(_sentence("Redis", "DOCFLOW_TEST_BROKER_URL", error))
    return found


def _sentence(name: str, setting: str, error: Exception) -> str:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return f"{name} does not answer ({reason}). Start it, or let {setting} name another one."


if __name__ == "__main__":
    sentences = missing()
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    sys.exit(1 if sentences else 0)
