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
    "FatturaElettronica": "FatturaPA",
}
_SPACES = {
    "CII": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:",
    "CII1": "urn:ferd:CrossIndustryDocument:invoice:",
    "UBL": "urn:oasis:names:specification:ubl:schema:xsd:",
    "FatturaPA": "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/",
}
_STEP = re.compile(r"([^/\[]+)(?:\[(@?)([\w/]+)(!?)=([\w-]+)\])?")
_ENCODING = re.compile(rb"""^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"'>]*["']""")


def parsed(content: bytes) -> tuple[Element, str]:
    """(root, syntax) with syntax one of CII, CII1 (ZUGFeRD 1), UBL, FatturaPA.

    Raises FileRefusedError `file_type_not_supported` (reasons xml_dtd, xml_too_complex, xml_unknown_root) and FileError
    `damaged_file` for what is not well-formed.
    """
    if len(content) > MAX_BYTES:
        raise refused("The XML is larger than 20 MB.", "xml_too_complex")
    root = _tree(content)
    document = root.getroottree()
    if document.docinfo.doctype or document.docinfo.internalDTD is not None:
        raise refused("The XML declares a document type, which no e-invoice does.", "xml_dtd")
    _bounded(root)
    name = etree.QName(root)
    syntax = ROOTS.get(name.localname, "")
    if not syntax or not (name.namespace or "").startswith(_SPACES[syntax]):
        raise refused(
            "The XML is no invoice that docflow knows. It reads UBL, CII, ZUGFeRD, Factur-X and FatturaPA.", "xml_unknown_root"
        )
    return root, syntax


def _tree(content: bytes) -> Element:
    # A document type is refused before the parser builds anything from it; entities are never declared by invoices.
    if _declares_type(content):
        raise refused("The XML declares a document type, which no e-invoice does.", "xml_dtd")
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
        raise refused("The XML nests too deeply.", "xml_too_complex")
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
            raise refused("An element of the XML has more than 1,000 attributes.", "xml_too_complex")
        level = [child for node in level for child in node]
        if not level:
            return
    raise refused("The XML nests deeper than 100 levels.", "xml_too_complex")


def refused(message: str, reason: str) -> FileRefusedError:
    """XML that is no e-invoice, or one beyond the limits."""
    return FileRefusedError("file_type_not_supported", message, reason=reason)


def all_at(node: Element, path: str) -> list[Element]:
    """Elements under `node` by local names, "A/B|C/D": one name or another at each step, whatever the namespace version.

    "[@scheme=VA]" keeps those with that attribute, "[Tax/ID=VAT]" those with that text below them, "!=" the others.
    """
    found = [node]
    for names, marked, place, negated, wanted in _STEP.findall(path):
        local = names.split("|")
        found = [child for each in found for child in each if name_of(child) in local]
        if wanted:
            found = [each for each in found if (wanted in _said(each, place, bool(marked))) != bool(negated)]
    return found


def _said(node: Element, place: str, is_attribute: bool) -> list[str]:
    """In capitals, as codes are compared."""
    said = [node.get(place) or ""] if is_attribute else [text_of(each) for each in all_at(node, place)]
    return [each.upper() for each in said]


def name_of(node: Element) -> str:
    return str(etree.QName(node).localname)


def text_of(node: Element) -> str:
    """The element's own text in one line, without control characters."""
    return re.sub(r"[\s\x00-\x1f]+", " ", node.text or "").strip()


def place_of(node: Element) -> str:
    """The XPath of an element in its document, with the prefixes it uses."""
    return str(node.getroottree().getpath(node))
