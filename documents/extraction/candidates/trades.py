"""Words of trade in the names of shops, where recognition loses the space between two of them."""

from __future__ import annotations

import re

_TRADES = """
    stationery stationers hardware restaurant restoran restaurante bakery bakeries trading enterprise enterprises marketing
    electrical electronics supermarket minimarket hypermarket furniture service services packaging confectionery pharmacy
    florist gallery kitchen motors machinery plastics textile textiles industries holdings seafood catering workshop
    jewellery clothing fashion printing supplies supply house store stores shop mart station centre company
"""
_WORDS = sorted(_TRADES.split(), key=len, reverse=True)
_LONG = "|".join(word for word in _WORDS if len(word) >= 6)
_ANY = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_JOINED = re.compile(rf"(?<![^\W\d_])({_LONG})({'|'.join(_WORDS)})(?![^\W\d_])", re.IGNORECASE)


def names_trade(text: str) -> bool:
    """Whether such a word stands in `text`: what has one is no person."""
    return bool(_ANY.search(text))


def is_trade(text: str) -> bool:
    """Whether `text` is such a word and nothing else: the end of a name that goes over two lines."""
    return bool(_ANY.fullmatch(text.strip()))


def parted(text: str) -> str:
    """`text` with a space between two such words that stand as one: "STATIONERYSHOP". The first one has six letters or more;
    shorter ones make words of their own ("workshop", "storehouse")."""
    return _JOINED.sub(r"\1 \2", text)
