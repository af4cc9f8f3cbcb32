"""E-invoice XML opened with every door shut: no entities, no network, no document types, bounded depth and attributes."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from lxml import etree

from docflow.errors import FileError, FileRefusedError

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 100
MAX_ATTRIBUTES = 1_000

# lxml comes without types.
Element: TypeAlias = Any

# Local names of the roots that are read, and the syntax each belongs to.
ROOTS = {
    "CrossIndustryInvoice": "CII",
    "CrossIndustryDocument": "CII1",
    "Invoice": "UBL",
    "CreditNote": "UBL",
}
_SPACES = {
    "CII": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:",
    "CII1": "urn:ferd:CrossIndustryDocument:invoice:",
    "UBL": "urn:oasis:names:specification:ubl:schema:xsd:",
}
_ENCODING = re.compile(rb"""^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"'>]*["']""")


def parsed(content: bytes) -> tuple[Element, str]:
    """(root, syntax) with syntax one of CII, CII1 (ZUGFeRD 1), UBL.

    Raises FileRefusedError `file_type_not_supported` (reasons xml_dtd, xml_too_complex, xml_unknown_root) and FileError
    `damaged_file` for what is not well-formed.
    """
    if len(content) > MAX_BYTES:
        raise _refused("The XML is larger than 20 MB.", "xml_too_complex")
    root = _tree(content)
    document = root.getroottree()
    if document.docinfo.doctype or document.docinfo.internalDTD is not None:
        raise _refused("The XML declares a document type, which no e-invoice does.", "xml_dtd")
    _bounded(root)
    name = etree.QName(root)
    syntax = ROOTS.get(name.localname, "")
    if not syntax or not (name.namespace or "").startswith(_SPACES[syntax]):
        raise _refused(
            "The XML is no invoice that docflow knows. It reads UBL, CII, ZUGFeRD and Factur-X.", "xml_unknown_root"
        )
    return root, syntax


def _tree(content: bytes) -> Element:
    # A document type is refused before the parser builds anything from it; entities are never declared by invoices.
    if _declares_type(content):
        raise _refused("The XML declares a document type, which no e-invoice does.", "xml_dtd")
    errors = []
    # The second try is for files that claim an encoding which does not exist or is not theirs.
    for attempt in (content, _ENCODING.sub(rb"\1", content.removeprefix(b"\xef\xbb\xbf"))):
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(attempt.lstrip(b"\r\n\t "), parser)
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            errors.append(error)
            continue
        if root is not None:
            return root
    if any("xcessive depth" in str(error) or ("attribute" in str(error).lower() and "huge" in str(error)) for error in errors):
        raise _refused("The XML nests too deeply.", "xml_too_complex")
    raise FileError("damaged_file", "The XML is not well-formed. Export it again.", page=1)


def _declares_type(content: bytes) -> bool:
    head = content[:1_000_000]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:4]:
        head = head.replace(b"\x00", b"")
    return b"<!DOCTYPE" in head[:4096] or b"<!ENTITY" in head


def _bounded(root: Element) -> None:
    level: list[Element] = [root]
    for _ in range(MAX_DEPTH):
        if any(len(node.attrib) > MAX_ATTRIBUTES for node in level):
            raise _refused("An element of the XML has more than 1,000 attributes.", "xml_too_complex")
        level = [child for node in level for child in node]
        if not level:
            return
    raise _refused("The XML nests deeper than 100 levels.", "xml_too_complex")


def _refused(message: str, reason: str) -> FileRefusedError:
    return FileRefusedError("file_type_not_supported", message, reason=reason)


def all_at(node: Element, path: str) -> list[Element]:
    """Elements under `node` by local names, "A/B|C/D": one name or another at each step, whatever the namespace version."""
    found = [node]
    for step in path.split("/"):
        names = step.split("|")
        found = [child for each in found for child in each if etree.QName(child).localname in names]
    return found


def text_of(node: Element) -> str:
    """The element's own text in one line, without control characters."""
    return re.sub(r"[\s\x00-\x1f]+", " ", node.text or "").strip()


def place_of(node: Element) -> str:
    """The XPath of an element in its document, with the prefixes it uses."""
    return str(node.getroottree().getpath(node))
