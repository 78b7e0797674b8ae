"""JSON Patch on bytes: what no operation touches keeps the bytes it had, the digits of its numbers included.

A value is opened only as far as a path goes through it. Every operation is done, or nothing is. What an operation adds is counted
before it is done, so that copies of copies never grow beyond the bound. Knows JSON, and nothing of what it says.
Source: RFC 6902, RFC 6901, RFC 5789 section 2.2; docs/decisions/0055.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import msgspec

from espace_sante.formats.fhir.reading import DEPTH, read_list
from espace_sante.kernel.errors import Kind, Problem

MOST_OPERATIONS = 200  # a form of a hundred fields, each tested and then changed
_EFFORT = 4  # how many times the largest document may be compared, copied and moved in one patch
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)
_ENCODE = msgspec.json.Encoder().encode
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
# What each operation must have besides its path. Source: RFC 6902 section 4.
_NEEDS = {"add": "value", "replace": "value", "test": "value", "remove": "", "move": "from", "copy": "from"}

Node: TypeAlias = "msgspec.Raw | Holder"
Holder: TypeAlias = "dict[str, Node] | list[Node]"
Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its paths as the names they go through, and its value as it was written."""

    op: str
    path: Path
    source: Path = ()
    value: bytes = b""


def read_patch(body: bytes) -> tuple[Operation, ...]:
    """Return the operations of a patch. Raises Problem: those of reading.py, patch-invalid, patch-too-large."""
    if len(read_list(body)) > MOST_OPERATIONS:
        raise Problem(Kind.TOO_LARGE, "patch-too-large")
    return tuple(_operation(one, f"[{index}]") for index, one in enumerate(_ITEMS.decode(body)))


def touched(operations: Iterable[Operation]) -> frozenset[str]:
    """Return the names of the top-level members that operations may change; "" stands for the whole."""
    changing = [one for one in operations if one.op != "test"]
    paths = [one.path for one in changing] + [one.source for one in changing if one.op == "move"]
    return frozenset(path[0] if path else "" for path in paths)


def patched(document: bytes, operations: Sequence[Operation], most: int) -> bytes:
    """Return a document after all the operations, of at most `most` bytes at each step.

    Raises Problem: patch-test-failed and patch-path-missing name the operation (`[2]`); patch-too-large. Nothing is then done.
    """
    made = Document(document, most)
    for index, one in enumerate(operations):
        with told_at(index):
            made.do(one)
    return made.whole()


@contextmanager
def told_at(index: int) -> Iterator[None]:
    """Name the operation at fault in what is raised as Problem: it could not be done, or what it makes cannot be read."""
    place = f"[{index}]"
    try:
        yield
    except Unfit as unfit:
        raise Problem(Kind.CONFLICT, str(unfit), {"field": place, "expression": place}) from None
    except RecursionError:  # moved into itself until it is too deep to be read
        raise Problem(Kind.TOO_LARGE, "patch-too-large") from None


def _operation(said: msgspec.Raw, place: str) -> Operation:
    try:
        members = _MEMBERS.decode(said)
        op = _TEXT.decode(members["op"])
        needed = _NEEDS[op]
        path = _path(_TEXT.decode(members["path"]))
        source = _path(_TEXT.decode(members["from"])) if needed == "from" else ()
        value = bytes(members["value"]) if needed == "value" else b""
    except (msgspec.ValidationError, KeyError, ValueError):
        raise Problem(Kind.INVALID, "patch-invalid", {"field": place, "expression": place}) from None
    if op == "move" and len(source) < len(path) and path[: len(source)] == source:  # into itself
        raise Problem(Kind.INVALID, "patch-invalid", {"field": place, "expression": place})
    return Operation(op, path, source, value)


def _path(pointer: str) -> Path:
    """Return the names of a JSON Pointer; raises ValueError."""
    if not _POINTER.fullmatch(pointer) or pointer.count("/") > DEPTH:
        raise ValueError(pointer)
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


class Unfit(Exception):
    """What the document is does not allow an operation; its word is the code of the refusal."""


class Document:
    """A document being changed. Its root stands in an object of one member, so that no path is apart."""

    def __init__(self, data: bytes, most: int) -> None:
        self._held: dict[str, Node] = {"": msgspec.Raw(data)}
        self._room = most - len(data)
        self._effort = _EFFORT * most

    def whole(self) -> bytes:
        """Return it as bytes."""
        return bytes(_frozen(self._held[""]))

    def inside(self, path: Path) -> Holder:
        """Return the members of an object or the items of an array, to be looked at; raises Unfit."""
        holder, name = self._place(path)
        opened = _opened(_at(holder, name))
        _replace(holder, name, opened)
        return opened

    def do(self, one: Operation) -> None:
        """Do one operation; raises Unfit, Problem(patch-too-large)."""
        match one.op:
            case "add":
                self._add(one.path, self._counted(msgspec.Raw(one.value)))
            case "replace":
                _replace(*self._place(one.path), self._counted(msgspec.Raw(one.value)))
            case "remove":
                self._remove(one.path)
            case "copy":
                self._add(one.path, self._counted(self._seen(self._found(one.source))))
            case "move":
                value = self._seen(self._found(one.source))
                if one.path != one.source:
                    self._remove(one.source)
                    self._add(one.path, value)
            case _:
                found = self._seen(self._found(one.path))
                if not _same(_read(bytes(found)), _read(one.value)):
                    raise Unfit("patch-test-failed")

    def _counted(self, value: msgspec.Raw) -> msgspec.Raw:
        """Count what is added, whatever was taken out besides."""
        self._room -= len(bytes(value))
        if self._room < 0:
            raise Problem(Kind.TOO_LARGE, "patch-too-large")
        return value

    def _seen(self, value: msgspec.Raw) -> msgspec.Raw:
        """Count what is written again or compared: large values, many times over, would cost seconds."""
        self._effort -= len(bytes(value))
        if self._effort < 0:
            raise Problem(Kind.TOO_LARGE, "patch-too-large")
        return value

    def _place(self, path: Path) -> tuple[Holder, str]:
        """Return what holds the value of a path, and its name there, opening what the path goes through."""
        here: Holder = self._held
        name = ""
        for following in path:
            inside = _opened(_at(here, name))
            _replace(here, name, inside)
            here, name = inside, following
        return here, name

    def _found(self, path: Path) -> msgspec.Raw:
        return _frozen(_at(*self._place(path)))

    def _remove(self, path: Path) -> None:
        if not path:  # nothing would be left to add to
            raise Unfit("patch-path-missing")
        holder, name = self._place(path)
        _at(holder, name)
        if isinstance(holder, list):
            del holder[int(name)]
        else:
            del holder[name]

    def _add(self, path: Path, value: msgspec.Raw) -> None:
        holder, name = self._place(path)
        if isinstance(holder, list):
            holder.insert(len(holder) if name == "-" else _index(name, len(holder)), value)
        else:
            holder[name] = value


def _at(holder: Holder, name: str) -> Node:
    """Return the value of this name; raises Unfit when there is none."""
    if isinstance(holder, list):
        return holder[_index(name, len(holder) - 1)]
    if name not in holder:
        raise Unfit("patch-path-missing")
    return holder[name]


def _replace(holder: Holder, name: str, value: Node) -> None:
    _at(holder, name)
    if isinstance(holder, list):
        holder[int(name)] = value
    else:
        holder[name] = value


def _index(name: str, most: int) -> int:
    if not _INDEX.fullmatch(name) or int(name) > most:
        raise Unfit("patch-path-missing")
    return int(name)


def _opened(node: Node) -> Holder:
    """Return what stands inside an object or an array; raises Unfit for anything else."""
    if not isinstance(node, msgspec.Raw):
        return node
    match bytes(node).lstrip()[:1]:
        case b"{":
            return dict(_MEMBERS.decode(node))
        case b"[":
            return list(_ITEMS.decode(node))
    raise Unfit("patch-path-missing")


def _frozen(node: Node) -> msgspec.Raw:
    """Return a value as bytes: what was never opened as it stood, between two of its parts nothing."""
    return node if isinstance(node, msgspec.Raw) else msgspec.Raw(_ENCODE(node))


def _read(value: bytes) -> Any:
    return json.loads(value, parse_float=_number, parse_int=_number)


def _number(text: str) -> Decimal | tuple[str]:
    """Return a number as it is compared: by its value, or by its digits when its exponent is beyond what can be counted."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return (text,)


def _same(one: Any, other: Any) -> bool:
    """Say whether two values are equal: numbers by value, true never 1, names in any order. Source: RFC 6902 section 4.6."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
