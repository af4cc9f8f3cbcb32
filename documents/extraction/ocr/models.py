"""The ONNX models that the wheel `rapidocr` carries (PP-OCRv6, Apache-2.0), each as one warm session of one thread.

Only its files are used: the package itself is never imported.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from docflow.errors import FileError
from documents.extraction.ocr.onnx_cut import cut

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_WHEEL = "rapidocr"
_DETECTOR = "PP-OCRv6_det_small.onnx"
_RECOGNIZER = "PP-OCRv6_rec_small.onnx"


def are_there() -> bool:
    """Whether onnxruntime, OpenCV and the models are installed. Imports none of them."""
    folder = _folder()
    return bool(folder and (folder / _RECOGNIZER).exists() and find_spec("onnxruntime") and find_spec("cv2"))


@lru_cache(maxsize=1)
def detector() -> InferenceSession:
    """Picture -> how likely each pixel belongs to text. Raises FileError engine_missing."""
    return _session(_file(_DETECTOR).read_bytes())


@lru_cache(maxsize=2)
def recognizer(east_asian: bool) -> tuple[InferenceSession, tuple[str, ...]]:
    """(crops of lines -> how likely each character stands at each step, the characters; the first stands for none).

    Without Chinese and Japanese the last layer is cut to a thirtieth: a sixth of the time for short lines, a third for
    long ones, and no ideograph is ever seen in a smudge. Raises FileError engine_missing.
    """
    model = _file(_RECOGNIZER).read_bytes()
    characters = ("", *_characters(model), " ")
    if east_asian:
        return _session(model), characters
    kept = [index for index, character in enumerate(characters) if _is_western(character)]
    return _session(cut(model, len(characters), kept)), tuple(characters[index] for index in kept)


def _is_western(character: str) -> bool:
    """Letters of Latin languages, digits, punctuation, signs of money and trade; "" stands for no character."""
    return all(ord(each) < 0x250 or 0x2010 <= ord(each) <= 0x2122 for each in character[:1])


def _characters(model: bytes) -> list[str]:
    """The list of characters in the model's metadata: the entry `character`, one a line."""
    session = _session(model, optimized=False)
    return session.get_modelmeta().custom_metadata_map["character"].splitlines()


def _folder() -> Path | None:
    found = find_spec(_WHEEL)
    places = found.submodule_search_locations if found else None
    return Path(places[0]) / "models" if places else None


def _file(name: str) -> Path:
    folder = _folder()
    if folder is None or not (folder / name).exists():
        raise FileError(
            "reading_failed",
            "The models of text recognition are not installed: run make install and try again.",
            reason="engine_missing",
        )
    return folder / name


def _session(model: bytes, *, optimized: bool = True) -> InferenceSession:
    try:
        import onnxruntime
    except ImportError as error:
        raise FileError(
            "reading_failed", "onnxruntime is not installed: run make install and try again.", reason="engine_missing"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # An arena that grows by no more than is asked for: without one the detector spends a fifth of its time on getting pages
    # from the kernel (30,000 a picture). measured over pictures of many sizes: 326 MB at most, 522 without, 396 if it doubles.
    options.enable_cpu_mem_arena, options.enable_mem_pattern = True, False
    arena = {"arena_extend_strategy": "kSameAsRequested"}
    options.log_severity_level = 3
    # The detector holds a quarter million weights too small for a normal number; processors take a hundred times longer
    # over each, and nothing comes of them.
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    if not optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=[("CPUExecutionProvider", arena)])
