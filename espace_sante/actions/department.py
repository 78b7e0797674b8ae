"""Her department, if she wants to say it: the same question in the three acts that answer whether she has a space, in every channel.

It is counted with the others of the month, and kept nowhere: neither in her space, nor in her journal, nor in her receipt.
Guarantee: G2, G9, G14. Source: docs/decisions/0087.
"""

from __future__ import annotations

from espace_sante.actions import fields
from espace_sante.actions.act import Field, FieldKind, Values
from espace_sante.formats.departments import department_code, departments
from espace_sante.kernel.errors import Kind, Problem

DEPARTMENT = Field(
    "department",
    "Votre département, si vous voulez bien le dire",
    FieldKind.DEPARTMENT,
    required=False,
    help="Il sert seulement aux comptes publics. Il n'est gardé ni dans votre espace, ni dans le journal.",
    choices=tuple((code, f"{code} {name}") for code, name in departments().items()),
)


def department_said(values: Values) -> str:
    """Return the code of the department that was said, "" for none. Raises Problem for one that does not exist."""
    written = fields.text(values, DEPARTMENT.name, DEPARTMENT.label, required=False)
    code = department_code(written) if written else ""
    if written and not code:
        raise Problem(Kind.INVALID, "department-unknown")
    return code
