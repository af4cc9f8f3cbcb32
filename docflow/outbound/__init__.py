"""The one door to addresses that customers name (reliability.md section 6). Imports no Django.

    from docflow.outbound import check_url, policy, post
    check_url("https://erp.example/hook", policy())           # UrlRefusedError with a sentence, when an address is saved
    answer = post("https://erp.example/hook", b"{}", {}, policy())

Everything an organization types goes through here: the address is resolved once, every address it leads to is tested, and
the connection is made to exactly those. Addresses that the operator sets in the environment are trusted as they stand.
"""

from docflow.outbound.addresses import Place, check_url, resolve
from docflow.outbound.door import Answer, Limits, call, post
from docflow.outbound.policy import OutboundPolicy, policy

__all__ = ["Answer", "Limits", "OutboundPolicy", "Place", "call", "check_url", "policy", "post", "resolve"]
