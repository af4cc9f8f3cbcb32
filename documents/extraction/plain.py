"""How words are compared: lower case without accents."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_WHOLE = str.maketrans({"ł": "l", "ø": "o", "đ": "d"})  # letters that Unicode does not take apart


@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """Lower case without accents: how words are compared."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_WHOLE))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
