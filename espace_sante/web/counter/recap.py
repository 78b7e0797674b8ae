"""What is read back to a person before her act is done: her answers in words, and the same answers to be sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from espace_sante.actions.act import Act, Field, FieldKind, Value
from espace_sante.kernel.i18n import mark
from espace_sante.web.body import SEVERAL
from espace_sante.web.forms import CATEGORY_CHOICES, Given

_NONE = mark("Sans réponse")
_YES_NO = (("yes", "Oui"), ("no", "Non"))
# What the first page asks besides the fields of the act.
_OURS = ("checked", "tie", "kind", "person_number", "coupon", "aid")


def answers_said(fields: Sequence[Field], given: Given, say: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return each question of an act with its answer as people say it; a file is chosen later, and is not said."""
    return [(say(field.label), _said(field, given, say)) for field in fields if field.kind is not FieldKind.FILE]


def sent_again(act: Act, values: Mapping[str, Value], more: Sequence[Field] = ()) -> list[tuple[str, str]]:
    """Return what was typed, name by name, as it has to come back with the second page, that of `more` fields too; never a file."""
    names = {*_OURS}
    for field in (*act.fields, *more):
        names |= {field.name, *(f"{field.name}-{part}" for part in ("day", "month", "year"))}
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        if name in names and isinstance(value, str):
            parts = value.split(",") if name in SEVERAL else [value]
            found += [(name, part) for part in parts]
    return found


def has_file(act: Act) -> bool:
    """Say whether an act takes a file: it is asked for on the second page, since no page keeps one."""
    return any(field.kind is FieldKind.FILE for field in act.fields)


def _said(field: Field, given: Given, say: Callable[[str], str]) -> str:
    value = given.get(field.name, "")
    if not isinstance(value, str) or not value:
        return say(_NONE)
    if field.kind is FieldKind.DATE:
        return _day(value)
    choices = dict(_choices(field))
    parts = value.split(",") if field.name in SEVERAL else [value]
    return ", ".join(say(choices[part]) if part in choices else part for part in parts)


def _day(value: str) -> str:
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:  # it is refused, and shown as it was typed
        return value


def _choices(field: Field) -> tuple[tuple[str, str], ...]:
    match field.kind:
        case FieldKind.YES_NO:
            return _YES_NO
        case FieldKind.CATEGORY:
            return CATEGORY_CHOICES
        case _:
            return field.choices
