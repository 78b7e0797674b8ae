"""Coded statements as HTML: what is abnormal in clear beside the text, everything else folded under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from espace_sante.formats.cda.html_values import Values, is_noticed
from espace_sante.formats.cda.markup import element, words
from espace_sante.formats.cda.nodes import Entry, Fact
from espace_sante.formats.cda.words import MOODS, NAMES, RELATIONS
from espace_sante.kernel.i18n import mark

# What a person looks for first; the rest keeps the order of the document.
_FIRST = ("value", "doseQuantity", "text", "name", "effectiveTime")


class Entries:
    """Writes the coded statements of a section."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self.say = say
        self._values = Values(say)

    def notices(self, entries: tuple[Entry, ...]) -> str:
        """Write the results flagged high, low or abnormal, so that nobody has to unfold anything to see them."""
        noticed = [entry for top in entries for entry in _walk(top) if any(map(is_noticed, entry.flags))]
        if not noticed:
            return ""
        head = element("p", words(self.say(mark("À remarquer dans cette section"))), class_="es-cda-notices-title")
        return element(
            "div", head + element("ul", "".join(map(self._notice, noticed))), class_="es-cda-notices es-cda-added"
        )

    def folded(self, entries: tuple[Entry, ...], *, open_: bool) -> str:
        """Write every statement of a section under one heading to unfold; unfolded when the section says nothing else."""
        if not entries:
            return ""
        summary = element("summary", words(self.say(mark("Données codées de cette section"))))
        inner = element("ul", "".join(map(self._entry, entries)), class_="es-cda-statements")
        return element("details", summary + inner, class_="es-cda-entries", **({"open": "open"} if open_ else {}))

    def _notice(self, entry: Entry) -> str:
        title = self._values.title(entry.title) if entry.title else words(self._name(entry.name))
        said = [self._values.value(fact.value) for fact in entry.facts if fact.name == "value"]
        flags = " ".join(map(self._values.flag, entry.flags))
        ranges = "".join(self._range(one) for one in entry.children if _is_range(one))
        head = element("strong", title)
        return element("li", f"{self._values.named(head, ' ; '.join(said)) if said else head} {flags}{ranges}")

    def _range(self, entry: Entry) -> str:
        said = " ; ".join(self._values.value(fact.value) for fact in entry.facts)
        return f" ({self._values.named(self._label(entry.name), said)})" if said else ""

    def _entry(self, entry: Entry) -> str:
        rows = [self._row(fact) for fact in sorted(entry.facts, key=_rank)]
        rows += [
            self._pair(self._label(one.name), self._inline(one), _look(one)) for one in entry.children if _is_short(one)
        ]
        inner = "".join(self._entry(one) for one in entry.children if not _is_short(one))
        facts = element("dl", "".join(rows), class_="es-cda-facts") if rows else ""
        under = element("ul", inner, class_="es-cda-statements") if inner else ""
        return element("li", self._head(entry) + facts + under, class_=_look(entry))

    def _head(self, entry: Entry) -> str:
        kind = self.say(RELATIONS[entry.relation]) if entry.relation in RELATIONS else self._name(entry.name)
        parts = [element("span", words(kind), class_="es-cda-kind")]
        if entry.negated:
            said = mark("Non : ce qui suit est absent ou n’a pas eu lieu")
            parts.append(element("strong", words(self.say(said)), class_="es-cda-negated"))
        if entry.mood:
            mood = self.say(MOODS[entry.mood]) if entry.mood in MOODS else entry.mood
            parts.append(element("span", words(f"({mood})"), class_="es-cda-mood"))
        if entry.title:
            parts.append(element("strong", self._values.coded(entry.title)))
        parts += map(self._values.flag, entry.flags)
        return element("p", " ".join(parts), class_="es-cda-head")

    def _row(self, fact: Fact) -> str:
        write = self._values.status if fact.name == "statusCode" else self._values.value
        return self._pair(self._label(fact.name), write(fact.value))

    def _pair(self, label: str, html: str, look: str = "") -> str:
        return element("div", element("dt", label) + element("dd", html), class_=look)

    def _inline(self, entry: Entry) -> str:
        said = [self._values.value(fact.value) for fact in sorted(entry.facts, key=_rank)]
        write = self._values.range_name if _is_range(entry) else self._values.flag
        return " ; ".join(said) + "".join(f" {write(flag)}" for flag in entry.flags)

    def _label(self, name: str) -> str:
        return words(self._name(name))

    def _name(self, name: str) -> str:
        if name in NAMES:
            return self.say(NAMES[name])
        return self.say(mark("Autre donnée (%(name)s)")) % {"name": name}


def _walk(entry: Entry) -> Iterator[Entry]:
    yield entry
    for child in entry.children:
        yield from _walk(child)


def _is_range(entry: Entry) -> bool:
    return entry.name in {"referenceRange", "observationRange"}


def _look(entry: Entry) -> str:
    return "es-cda-range" if entry.name == "referenceRange" else ""


def _is_short(entry: Entry) -> bool:
    """Say whether a statement is one line of the one above it."""
    alone = not (entry.title or entry.children or entry.mood or entry.negated)
    return alone and (_is_range(entry) or (len(entry.facts) == 1 and not entry.flags))


def _rank(fact: Fact) -> int:
    return _FIRST.index(fact.name) if fact.name in _FIRST else len(_FIRST)
