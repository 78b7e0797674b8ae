"""How long a permission lasts, as she says it: a number of days, or her own words for no end; never both, never neither."""

from __future__ import annotations

from espace_sante.actions import fields
from espace_sante.actions.act import Field, FieldKind, Values
from espace_sante.consent.grant import ENDLESS_WORDS
from espace_sante.kernel.errors import Kind, Problem

DAYS = Field(
    "days", "Pendant combien de jours", FieldKind.NUMBER, required=False, help="Le plus court suffit souvent : 7."
)
ENDLESS = Field(
    "endless",
    "Sans date de fin : écrivez-le vous-même",
    required=False,
    help="Laissez vide pour qu'elle finisse. Sinon, écrivez exactement : sans date de fin",
)
DURATION = (DAYS, ENDLESS)


def duration(values: Values) -> tuple[int, str]:
    """Return the days (0 without end) and her words ("" with an end). Raises Problem."""
    words = fields.text(values, "endless", ENDLESS.label, required=False)
    days = fields.number(values, "days", DAYS.label, required=not words)
    if words and days:
        raise Problem(Kind.INVALID, "grant-two-ends")
    if words and words != ENDLESS_WORDS:
        raise Problem(Kind.INVALID, "endless-words")
    return days, words


def refuse_too_long(days: int, most: int) -> None:
    """Raise Problem when a number of days is none that a permission may last."""
    if not 1 <= days <= most:
        raise Problem(Kind.INVALID, "grant-too-long", {"maximum": most})
