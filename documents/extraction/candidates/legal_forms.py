"""The legal forms that end the name of a company."""

from __future__ import annotations

import re
from functools import lru_cache

LEGAL_FORM = re.compile(
    r"(?<!\w)(?:GmbH(?: ?& ?Co\.?(?: ?KG)?)?|AG|KG|OHG|UG|GbR|e\.? ?K\.?|e\.? ?V\.?|a\.? ?G\.?|mbH|Ltd\.?|Limited|"
    r"LLC|LLP|Inc\.?|"
    r"Corp\.?|Corporation|PLC|Company(?! ?(?:No|Reg))|S\.?A\.?R\.?L\.?|S\.?A\.?S\.?U?|S\.?A\.?|EURL|"
    r"S\.?L\.?U?\.?|S\.?r\.?l\.?|S\.?p\.?A\.?|S\.n\.c\.?|S\.a\.s\.?|"
    r"B\.?V\.?|N\.?V\.?|BVBA|V\.?O\.?F\.?|S[DOUB0][NM]\.? ?[B8][HN][DOI]I?\.?|[B8]hd\.?|S/B|Pte\.?|Pvt\.?|Enterprise|Trading|"
    r"Oy|AB|ApS|A/S|Lda|Kft|"
    r"s\.r\.o\.|Sp\. z o\.o\.)(?!\w)",
    re.IGNORECASE,
)
# Short ones that are words only at the end of a name in capitals; 5/8 is S/B with letters taken for figures.
MISREAD = re.compile(r"(?<=[A-Z] )[S5]/[B8](?= ?\(|$)")
_SHORT = re.compile(r"(?<=[A-Z] )SB(?= ?\(|$)")


@lru_cache(maxsize=4096)
def has_legal_form(text: str) -> bool:
    """Whether a legal form stands in `text`, though it may be misread."""
    return bool(LEGAL_FORM.search(text) or MISREAD.search(text) or _SHORT.search(text))


_MENDS = (
    (re.compile(r"(?<![^\W_])S[DOU0][NM](\.?) ?[B8][HN][DOI]I?(?!\w)", re.IGNORECASE), r"SDN\1 BHD"),
    (MISREAD, "S/B"),
)


def mended(text: str) -> str:
    """A doubtfully read name in capitals with its legal form as it is spelled: SDN BHD for SON BHD, S/B for 5/8."""
    if text.isupper():
        for pattern, form in _MENDS:
            text = pattern.sub(form, text)
    return text
