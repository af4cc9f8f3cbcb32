"""The legal forms that end the name of a company."""

from __future__ import annotations

import re

LEGAL_FORM = re.compile(
    r"(?<!\w)(?:GmbH(?: ?& ?Co\.?(?: ?KG)?)?|AG|KG|OHG|UG|GbR|e\.? ?K\.?|e\.? ?V\.?|a\.? ?G\.?|mbH|Ltd\.?|Limited|"
    r"LLC|LLP|Inc\.?|"
    r"Corp\.?|Corporation|PLC|Company|S\.?A\.?R\.?L\.?|S\.?A\.?S\.?U?|S\.?A\.?|EURL|S\.?L\.?U?\.?|S\.?r\.?l\.?|S\.?p\.?A\.?|S\.n\.c\.?|S\.a\.s\.?|"
    r"B\.?V\.?|N\.?V\.?|BVBA|V\.?O\.?F\.?|S[DO]N\.? ?B[HN][DO]\.?|Bhd\.?|S/B|Pte\.?|Pvt\.?|Enterprise|Trading|Oy|"
    r"AB|ApS|A/S|Lda|Kft|"
    r"s\.r\.o\.|Sp\. z o\.o\.)(?!\w)",
    re.IGNORECASE,
)
