"""One record of the journal as a sentence: who, what, by which way, and by which rule it was allowed or refused.

Pure: values in, values out. A record of an act unknown here is still shown, in general words: no line is ever hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from espace_sante.access.kinds import GROUPS, REVEALED, Group, Kind, kind_of_record
from espace_sante.actions.line_said import of_apps, of_choices, of_documents, of_mandates, of_sharing, of_the_space
from espace_sante.actions.line_said.kinds import WORDS as KIND_WORDS
from espace_sante.actions.line_said.reasons import reason_of
from espace_sante.actions.line_said.told import told_sentence
from espace_sante.actions.party_said import NameOf, Say, party_said
from espace_sante.consent.emergency import GROUNDS, GlassKind, Ground
from espace_sante.consent.purposes import purposes
from espace_sante.consent.sheets import day_written, said_sheet
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES

# Of every act, by its identifier.
ACTS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {**of_the_space.WORDS, **of_documents.WORDS, **of_sharing.WORDS, **of_choices.WORDS, **of_mandates.WORDS}
)
# The list as somebody else would be shown it: only she, or who acts for her, asks for that.
_VIEW = (
    mark("Vous avez regardé ce que voit %(whom)s."),
    mark("%(who)s a imprimé pour vous ce que voit %(whom)s."),
    mark("Vous avez voulu regarder ce que voit quelqu’un."),
    mark("%(who)s a voulu imprimer ce que voit quelqu’un."),
)
# A card asked for with her at a counter: it is made once the printing station prints it.
_CARD_ASKED = mark("%(who)s a demandé pour vous une carte d’accès, à imprimer.")
# One that goes by letter is made once that is printed.
_CARD_BY_LETTER = (
    mark("Vous avez demandé une carte d’accès par courrier."),
    mark("%(who)s a demandé pour vous une carte d’accès par courrier."),
)
_OTHER = (
    mark("Vous avez fait une démarche."),
    mark("%(who)s a fait une démarche dans votre espace."),
    mark("Vous avez demandé une démarche."),
    mark("%(who)s a demandé une démarche dans votre espace."),
)
CHANNEL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "web": mark("par internet"),
        "api": mark("par un logiciel"),
        "counter": mark("au guichet"),
        "paper": mark("par courrier"),
        "phone": mark("par téléphone"),
        "system": mark("par le service lui-même"),
    }
)


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line ready to be shown; `document` is the public id of the document it leads to, "" when it leads to none.

    `sort` says in words whether a person, a list or a software (`kind`); `why` by which rule, in one sentence. `others`: done
    by somebody else than she. `sheet`: made from a page that came by the post, which is kept.
    """

    number: int
    at: datetime
    sentence: str
    permitted: bool
    channel: str
    why: str
    document: str
    reference: str
    kind: Kind
    sort: str
    others: bool = False
    sheet: bool = False

    @property
    def group(self) -> Group:
        """Return what she may ask to see alone that this line is of."""
        return GROUPS[self.kind]


def line_of(
    record: Mapping[str, Any],
    reference: str,
    document: str,
    say: Say,
    name_of: NameOf,
) -> JournalLine:
    """Return a record as a line, in the language `say` speaks. `name_of` gives a professional's name, "" if unknown.

    `document`: the one it is about, as far as she may know. A deposit by another never leads to its document: so the line of
    one that waits to be announced to her is the same as any other (docs/decisions/0032).
    """
    permitted = record["decision"]["result"] == "permit"
    others = record["actor"]["kind"] != "person"
    kind = kind_of_record(record)
    return JournalLine(
        number=record["seq"],
        at=datetime.fromisoformat(record["at"]),
        sentence=_sentence(record, permitted, say, name_of) + _written_first(record, say),
        permitted=permitted,
        channel=say(CHANNEL_WORDS.get(record["channel"], record["channel"])),
        why=reason_of(record, say),
        document="" if others and record["act"] == "deposit_document" else document,
        reference=reference,
        kind=kind,
        sort=say(KIND_WORDS[kind]),
        others=others,
        sheet=any(one.startswith("page:") for one in record["objects"]),
    )


def _sentence(record: Mapping[str, Any], permitted: bool, say: Say, name_of: NameOf) -> str:
    actor = record["actor"]
    if record["act"] == REVEALED:
        return told_sentence(record, say)
    you = actor["kind"] == "person" and record["decision"]["rule"] != "not-holder"
    apart = next((one for one in record["objects"] if (record["act"], one) in of_the_space.TOLD_APART), "")
    view = record["act"] == "list_documents" and any(one.startswith("practitioner:") for one in record["objects"])
    words = (_VIEW if view else ACTS.get(record["act"], _OTHER))[(0 if permitted else 2) + (0 if you else 1)]
    if permitted and apart:
        words = of_the_space.TOLD_APART[record["act"], apart][0 if you else 1]
    if permitted and record["act"] == "issue_access_card" and "print" in record["objects"]:
        words = _CARD_ASKED
    if permitted and record["act"] == "issue_access_card" and "post" in record["objects"]:
        words = _CARD_BY_LETTER[0 if you else 1]
    if record["decision"]["rule"] == "contact-lost":
        words = of_the_space.LOST["way:sms" if "way:sms" in record["objects"] else "way:mail"]
    words = of_mandates.BY_MESSAGE.get(record["decision"]["rule"], words)
    name = actor["name"] or say(mark("Quelqu’un"))
    if actor["kind"] == "helper" and record["act"] != "accept_mandate":
        name = say(of_mandates.HELPER) % {"name": name}
    parts = [part for part in (name, actor["structure"]) if part]
    who = f"{parts[0]} ({parts[1]})" if len(parts) > 1 else parts[0]
    app = record.get("app")
    if app and record["act"] not in of_apps.ABOUT:
        words = of_apps.WORDS.get(record["act"], of_apps.OTHER)[0 if permitted else 1]
    elif app and permitted and not you and not actor["behalf"]:
        words = of_apps.OPENED
    return say(words) % {
        "app": f"« {app['name']} »" if app else say(mark("(plusieurs, ou sans nom)")),
        "whose": say(mark("vous")) if you else who,
        "who": who,
        "whom": _whom(record, say, name_of),
        "what": _what(record, say),
        "ground": _ground(record, say),
        "where": _where(record, say),
        "use": _use(record, say),
    }


def _written_first(record: Mapping[str, Any], say: Say) -> str:
    """Say of what was entered from a numbered sheet when it was written, and on which."""
    said = dict(one.partition(":")[::2] for one in record["objects"])
    written = day_written(said.get("since", ""))
    if "sheet" not in said or written is None:
        return ""
    words = say(mark("Écrit le %(day)s sur la feuille %(number)s, entré ensuite."))
    return " " + words % {"day": f"{written:%d/%m/%Y}", "number": said_sheet(said["sheet"])}


def _use(record: Mapping[str, Any], say: Say) -> str:
    code = next((one.rpartition(":")[2] for one in record["objects"] if one.startswith("choice:purpose:")), "")
    use = purposes().get(code)
    return say(use.words) if use else code


def _whom(record: Mapping[str, Any], say: Say, name_of: NameOf) -> str:
    for one in record["objects"]:
        kind, _, value = one.partition(":")
        if kind == "practitioner":
            return name_of(value) or say(mark("le professionnel numéro %(number)s")) % {"number": value}
        if kind == "structure":
            return party_said(one, say, name_of)
        if kind == "team":
            members = ", ".join(name_of(number) or number for number in value.split(","))
            return say(mark("l’équipe de %(number)s")) % {"number": members}
    return say(mark("un professionnel"))


def _where(record: Mapping[str, Any], say: Say) -> str:
    """Say from where an emergency was declared."""
    if f"kind:{GlassKind.REGULATOR.value}" in record["objects"]:
        return say(mark("pour un appel au centre d’urgence"))
    return say(mark("auprès de vous") if "beside:yes" in record["objects"] else mark("loin de vous"))


def _ground(record: Mapping[str, Any], say: Say) -> str:
    """Say why somebody declared an emergency: the ground he chose, then his own words; hers alone to read."""
    said = dict(one.partition(":")[::2] for one in record["objects"])
    chosen = said.get("ground", "")
    ground = say(GROUNDS[Ground(chosen)]) if chosen in set(Ground) else chosen
    return f"{ground} (« {said['reason']} »)" if said.get("reason") else ground


def _what(record: Mapping[str, Any], say: Say) -> str:
    for one in record["objects"]:
        kind, _, value = one.partition(":")
        if kind == "category" and value.isdecimal():
            name = CATEGORIES.get(int(value), value)
            return say(mark("la catégorie « %(name)s »")) % {"name": name}
        if kind == "episode":
            return say(mark("l’épisode numéro %(number)s")) % {"number": value}
    return say(mark("un document"))
