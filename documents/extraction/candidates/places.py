"""Names of countries, and of states and provinces as they stand behind or below the town in an address."""

from __future__ import annotations

import re

from documents.extraction.content import plain

_COUNTRIES = """
    deutschland germany allemagne duitsland osterreich austria schweiz switzerland suisse france frankreich spain espana
    spanien italia italy italien nederland netherlands niederlande belgium belgique belgien luxembourg luxemburg portugal
    poland polska polen usa us uk ireland malaysia singapore india china canada australia denmark sweden norway finland
    united kingdom states great britain de fr es it nl be at ch gb lu pt indonesia thailand philippines vietnam brunei
"""
_REGIONS = """
    selangor sel johor pahang perak kedah kelantan terengganu melaka malacca penang pinang sabah sarawak perlis putrajaya
    labuan sembilan darul ehsan takzim ridzuan makmur iman naim aman khusus wilayah persekutuan malaysia england scotland
    wales yorkshire lancashire surrey kent essex sussex hampshire berkshire devon cornwall ontario quebec alberta manitoba
    bavaria bayern hessen sachsen thuringen brandenburg queensland victoria nsw tasmania maharashtra karnataka delhi gujarat
    telangana haryana kerala tamil nadu punjab california texas florida jawa java bali luzon
"""
COUNTRIES = frozenset(_COUNTRIES.split())
REGIONS = frozenset(_REGIONS.split())


def is_country(text: str) -> bool:
    """Whether the text names a country and nothing else."""
    words = plain(re.sub(r"[^\w\s]", " ", text)).split()
    return bool(words) and all(word in COUNTRIES or len(word) == 1 for word in words)


def names_region(text: str) -> bool:
    """Whether a short text without digits names a state or province: "SELANGOR DARUL EHSAN"."""
    words = re.sub(r"[^a-z ]", " ", plain(text)).split()
    return bool(words) and len(words) <= 5 and not re.search(r"\d", text) and any(word in REGIONS for word in words)
