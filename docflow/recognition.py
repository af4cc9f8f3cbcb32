"""What may be asked of text recognition: languages and engines, and which of the languages Tesseract has here."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from docflow.errors import Fault, invalid

AUTO = "auto"
ENGINES = (AUTO, "paddle", "tesseract")
MOST_LANGUAGES = 10

# ISO 639-1 code: its name, and Tesseract's name for it, which is mostly the code of three letters.
LANGUAGES: dict[str, tuple[str, str]] = {
    "ar": ("Arabic", "ara"), "bg": ("Bulgarian", "bul"), "ca": ("Catalan", "cat"), "cs": ("Czech", "ces"),
    "cy": ("Welsh", "cym"), "da": ("Danish", "dan"), "de": ("German", "deu"), "el": ("Greek", "ell"),
    "en": ("English", "eng"), "es": ("Spanish", "spa"), "et": ("Estonian", "est"), "fi": ("Finnish", "fin"),
    "fr": ("French", "fra"), "ga": ("Irish", "gle"), "he": ("Hebrew", "heb"), "hi": ("Hindi", "hin"),
    "hr": ("Croatian", "hrv"), "hu": ("Hungarian", "hun"), "id": ("Indonesian", "ind"), "is": ("Icelandic", "isl"),
    "it": ("Italian", "ita"), "ja": ("Japanese", "jpn"), "ko": ("Korean", "kor"), "lt": ("Lithuanian", "lit"),
    "lv": ("Latvian", "lav"), "ms": ("Malay", "msa"), "mt": ("Maltese", "mlt"), "nl": ("Dutch", "nld"),
    "no": ("Norwegian", "nor"), "pl": ("Polish", "pol"), "pt": ("Portuguese", "por"), "ro": ("Romanian", "ron"),
    "ru": ("Russian", "rus"), "sk": ("Slovak", "slk"), "sl": ("Slovenian", "slv"), "sq": ("Albanian", "sqi"),
    "sr": ("Serbian", "srp"), "sv": ("Swedish", "swe"), "th": ("Thai", "tha"), "tr": ("Turkish", "tur"),
    "uk": ("Ukrainian", "ukr"), "vi": ("Vietnamese", "vie"), "zh": ("Chinese", "chi_sim"),
}  # fmt: skip
_CODES = {tesseract: code for code, (_, tesseract) in LANGUAGES.items()} | {"nb": "no", "nn": "no"}


def code_of(language: object) -> str | None:
    """The two letters of a language given by two or three; None for one that is not known."""
    if not isinstance(language, str):
        return None
    small = language.strip().lower()
    return small if small in LANGUAGES else _CODES.get(small)


def checked_wishes(values: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """`languages` and `ocr_engine` of a body as they are stored, where given. An empty list and null: as further up."""
    clean: dict[str, Any] = {}
    if "languages" in values:
        given = values["languages"]
        codes = [code_of(each) for each in given] if isinstance(given, list) else [None]
        clean["languages"] = list(dict.fromkeys(codes))
        if None in codes or len(clean["languages"]) > MOST_LANGUAGES:
            text = f"languages must be a list of at most {MOST_LANGUAGES} codes, each one of {', '.join(LANGUAGES)}."
            faults.append(invalid("languages", text))
    if "ocr_engine" in values:
        clean["ocr_engine"] = values["ocr_engine"] or ""
        if values["ocr_engine"] not in (None, *ENGINES):
            faults.append(invalid("ocr_engine", f"ocr_engine must be null or one of {', '.join(ENGINES)}."))
    return clean


def asked_in_text(languages: Iterable[str], engine: str | None, faults: list[Fault]) -> dict[str, Any]:
    """The same of a form: languages as codes, each text one or several with commas between; an empty engine: as further up."""
    codes = [code.strip() for text in languages for code in text.split(",") if code.strip()]
    return checked_wishes({"languages": codes, "ocr_engine": engine or None}, faults)


def language_names() -> list[tuple[str, str]]:
    """(code, name) of every language by name."""
    return sorted(((code, name) for code, (name, _) in LANGUAGES.items()), key=lambda each: each[1])


def language_choices() -> list[tuple[str, str]]:
    """(code, name) of every language by name; of those that Tesseract lacks here the name says so."""
    here = installed()
    named = sorted((name, code, tesseract) for code, (name, tesseract) in LANGUAGES.items())
    return [(code, name if tesseract in here else f"{name} (Tesseract: not installed)") for name, code, tesseract in named]


@lru_cache(maxsize=1)
def installed() -> frozenset[str]:
    """Tesseract's own names of the languages it has here; none where it is missing. No document comes near this call."""
    try:
        told = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(line.strip() for line in told.stdout.splitlines()[1:])
