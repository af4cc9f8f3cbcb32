"""CRM references of documents: asking for one by system and record."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, TextField


class RecordId(Func):
    """`record_id` of one system in external_refs, as text.

    Django's own key transform takes a name that is a number for a place in a list, and the name is the caller's.
    """

    output_field = TextField()
    arity = 1

    def __init__(self, system: str) -> None:
        super().__init__(F("external_refs"))
        self.system = system

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        column, params = compiler.compile(self.source_expressions[0])
        return f"jsonb_extract_path_text({column}, %s, 'record_id')", (*params, self.system)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        found = "SELECT CAST(json_extract(value, '$.record_id') AS TEXT) FROM json_each"
        return f"({found}({column}) WHERE key = %s AND type = 'object')", (*params, self.system)
