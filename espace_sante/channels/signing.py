"""The form that waits for a signature: what was asked by telephone printed on it, and the coupon its receipt carries.

Made from what is sent and from nothing else, as a receipt is printed: it holds no secret and changes nothing. A coupon that was not
issued is only paper: the keeper refuses it when it comes back. Source: inclusion.md LET-10, PAR-06.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from espace_sante.channels.paper import act_of_form, blank_form, filled_form, form_coupon
from espace_sante.consent.sheets import PRINTED_AT_ONCE, sheet_number
from espace_sante.formats.coupon import code_text, read_code
from espace_sante.formats.coupon.token import TOKEN_BYTES, ReadCode
from espace_sante.kernel.errors import Kind, Problem

# What a line of the form holds.
_LONGEST = 250


def form_to_sign(form: str, values: Mapping[str, str]) -> bytes:
    """Return the form of an act (PDF) with the answers in `values`, her number (`person_number`) and the coupon of `receipt`.

    Raises Problem: page-unknown for a form that does not exist, field-invalid for a receipt that carries no coupon of this form.
    """
    act = act_of_form(form)
    token = _token(values.get("receipt", ""), form)
    given = {field.name: values.get(field.name, "")[:_LONGEST] for field in act.fields}
    number = "".join(c for c in values.get("person_number", "") if c.isalnum() or c == "-")[:30]
    return filled_form(act, given, {"number": number}, form_coupon(token.token, token.sealed))


def numbered_forms(form: str, typed: str) -> bytes:
    """Return blank forms of an act (PDF), one for each number of a sheet, commas between.

    Made from what is sent and from nothing else: a number that no counter registered is only paper. Raises Problem: page-unknown for
    a form that does not exist, sheet-unknown for a number that cannot be one, or too many.
    """
    numbers = [sheet_number(part) for part in typed.split(",")]
    known = [number for number in numbers if number is not None]
    if len(known) != len(numbers) or len(known) > PRINTED_AT_ONCE:
        raise Problem(Kind.NOT_FOUND, "sheet-unknown")
    return blank_form(act_of_form(form), sheets=known)


def _token(receipt: str, form: str) -> ReadCode:
    try:
        sealed = bytes.fromhex(orjson.loads(receipt)["payload"]["coupon"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        sealed = b""
    read = read_code(code_text(sealed, "A")) if len(sealed) == TOKEN_BYTES else None
    if not isinstance(read, ReadCode) or read.token.form != form or read.token.boxes != 2:
        raise Problem(Kind.INVALID, "field-invalid", {"field": "reçu"})
    return read
