"""What a letter says of a page that came by the post: which one it was, who read it, and how what it gave is undone.

Source: inclusion.md CPN-09.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from espace_sante.access.request import ActId
from espace_sante.consent.undoing import last_day_to_undo
from espace_sante.kernel.i18n import Language, mark, say_date

_FROM = mark("C’est fait d’après une feuille de papier à votre nom, arrivée le %(day)s.")
_POSTED = mark("C’est fait d’après une feuille de papier à votre nom, postée le %(posted)s et arrivée le %(day)s.")
_BY_MACHINE = mark("Une machine l’a lue.")
_BY_PERSON = mark("Un agent l’a lue.")
_DOUBT = mark(
    "Plusieurs cases étaient cochées. Dans le doute, nous avons retenu celle qui ne donne rien à personne."
    " Ce n’est pas ce que vous vouliez ? Dites-le : au guichet, par téléphone ou avec une nouvelle feuille."
)
_KEPT = mark("La feuille est gardée : vous pouvez la revoir, en ligne ou au guichet.")
_UNDO = mark(
    "Ce n’est pas votre feuille, ou elle a été mal lue ? Dites « défaites » avant le %(last)s : au guichet, par téléphone, ou écrit sur le"
    " coupon de cette lettre. Ce qu’elle a donné est repris tout de suite, et on cherche d’où elle vient."
)


def sheet_words(record: Mapping[str, Any], say: Callable[[str], str], address: Sequence[str]) -> list[str]:
    """Return what is said of the page a line was made from; nothing for a line about a page that did nothing.

    `address`: where the letter goes, none for the counter; the time of its post is left to her.
    """
    if record["act"] == ActId.HANDLE_PAGE.value:
        return []
    said = dict(one.partition(":")[::2] for one in record["objects"])
    arrived, posted = said.get("arrived", ""), said.get("since", "")
    days = {"day": _day(arrived), "posted": _day(posted)}
    read = {"person": _BY_PERSON, "doubt": _DOUBT}.get(said.get("read", ""), _BY_MACHINE)
    lines = [f"{say(_POSTED if posted != arrived else _FROM) % days} {say(read)} {say(_KEPT)}"]
    if "will" in said:
        last = last_day_to_undo(datetime.fromisoformat(record["at"]).date(), address)
        lines.append(say(_UNDO) % {"last": say_date(last, Language.FR)})
    return lines


def _day(text: str) -> str:
    return say_date(date.fromisoformat(text), Language.FR) if text else ""
