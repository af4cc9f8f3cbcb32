"""A recognizer's last layer cut to fewer characters, in memory: the file of the model stays as it came.

An ONNX file is a protobuf message: fields of (number, kind, content) one after another. Only the few that are touched
here are named; all others are copied as they are. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5

_MODEL_GRAPH = 7
_GRAPH_INITIALIZER, _GRAPH_OUTPUT, _GRAPH_SHAPES = 5, 12, 13
_TENSOR_DIMS, _TENSOR_TYPE, _TENSOR_NAME, _TENSOR_RAW = 1, 2, 8, 9
_VALUE_NAME = 1
_FLOAT = 1

Field = tuple[int, int, memoryview]


def cut(model: bytes, classes: int, kept: Sequence[int]) -> bytes:
    """The model with only the columns `kept` of every float tensor whose last dimension is `classes`.

    Raises ValueError when there are not just two of them, weights and bias of the last layer: another model than ours.
    """
    graph, cut_tensors = bytearray(), 0
    whole = bytearray()
    for number, kind, content in _fields(memoryview(model)):
        if (number, kind) != (_MODEL_GRAPH, _BYTES):
            _write(whole, number, kind, content)
            continue
        for inner, inner_kind, part in _fields(content):
            if inner == _GRAPH_SHAPES:  # of the steps between, which name the old number of classes; they are optional
                continue
            new: bytes | memoryview = part
            if inner == _GRAPH_INITIALIZER and (smaller := _cut_tensor(part, classes, kept)):
                new, cut_tensors = smaller, cut_tensors + 1
            elif inner == _GRAPH_OUTPUT:
                new = _name_only(part)
            _write(graph, inner, inner_kind, new)
        _write(whole, number, kind, graph)
    if cut_tensors != 2:
        raise ValueError(f"{cut_tensors} tensors end in {classes} classes; a last layer has two.")
    return bytes(whole)


def _cut_tensor(tensor: memoryview, classes: int, kept: Sequence[int]) -> bytes | None:
    """None for a tensor of other things."""
    fields = list(_fields(tensor))
    dims = [_number(content) for number, kind, content in fields if number == _TENSOR_DIMS]
    types = [_number(content) for number, kind, content in fields if number == _TENSOR_TYPE]
    raw = [content for number, kind, content in fields if number == _TENSOR_RAW]
    if not dims or dims[-1] != classes or types != [_FLOAT] or len(raw) != 1:
        return None
    values = np.frombuffer(raw[0], dtype="<f4").reshape(dims)[..., list(kept)]
    made = bytearray()
    for size in values.shape:
        _write(made, _TENSOR_DIMS, _VARINT, _varint(size))
    for number, kind, content in fields:
        if number == _TENSOR_RAW:
            _write(made, number, kind, np.ascontiguousarray(values).tobytes())
        elif number != _TENSOR_DIMS:
            _write(made, number, kind, content)
    return bytes(made)


def _name_only(value: memoryview) -> bytes:
    """An output without its shape, which would name the old number of classes."""
    made = bytearray()
    for number, kind, content in _fields(value):
        if number == _VALUE_NAME:
            _write(made, number, kind, content)
    return bytes(made)


def _fields(message: memoryview) -> Iterator[Field]:
    at = 0
    while at < len(message):
        tag, at = _read_varint(message, at)
        number, kind = tag >> 3, tag & 7
        start = at
        if kind == _VARINT:
            _, at = _read_varint(message, at)
        elif kind == _BYTES:
            length, start = _read_varint(message, at)
            at = start + length
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            at += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"kind {kind} is not in use in models")
        yield number, kind, message[start:at]


def _write(target: bytearray, number: int, kind: int, content: bytes | bytearray | memoryview) -> None:
    target += _varint(number << 3 | kind)
    if kind == _BYTES:
        target += _varint(len(content))
    target += content


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _number(content: memoryview) -> int:
    return _read_varint(content, 0)[0]


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    made.append(value)
    return bytes(made)
