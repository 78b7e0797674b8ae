"""The pages of the public side, as a template and finished values; who serves or writes them adds what surrounds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from espace_sante.actions.indicators import Indicators
from espace_sante.kernel.i18n import Language
from espace_sante.public.costs import costs_values
from espace_sante.public.decision import decisions, linked
from espace_sante.public.guarantee import Guarantee, State
from espace_sante.public.ledger import Damaged, Ledger
from espace_sante.public.markdown import outside_links, to_html
from espace_sante.public.results import Outcome, Results, outcome_of, outcome_of_all
from espace_sante.public.translated import titles

_STATE_COLOURS = {State.HELD: "green", State.PARTLY: "yellow", State.NOT_HERE: "red", State.NOT_BUILT: "grey"}
_OUTCOME_COLOURS = {
    Outcome.PASSED: "green",
    Outcome.PARTLY: "yellow",
    Outcome.FAILED: "red",
    Outcome.UNKNOWN: "grey",
}


@dataclass(frozen=True, slots=True)
class Content:
    """A page, but for what surrounds it: the name of its template and its values."""

    template: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where each page is: the same pages are served at addresses and written as files."""

    index: str
    costs: str
    # Ends of the address of a promise's page, on each side of its name.
    before: str
    after: str = ""
    indicators: str = "/indicateurs"
    # The matrix: its page, then the ends of the address of a profession's page, and of a version's file.
    matrix: str = ""
    matrix_before: str = ""
    costs_csv: str = ""
    costs_json: str = ""
    debate: str = ""
    # The certificate of destruction; nothing without a server.
    destruction: str = ""
    transparency: str = "/transparence"
    secondary: str = "/usages-seconds"
    poster: str = "/affiche"
    materials: str = "/nomenclature.json"
    # Public texts that are no promise.
    usefulness: str = "/utilite"
    limits: str = "/ne-fait-pas"
    who_gets_what: str = "/qui-obtient-quoi"
    # What changed and by which decision: the page, the feed, and the same page of the debate.
    decisions: str = "/decisions"
    feed: str = "/decisions.atom"
    debate_decisions: str = "/debat/decisions"
    # The same rights through every channel: the page, the table for software, the beginnings of the addresses of blank forms.
    rights: str = "/garanties/parite"
    rights_data: str = "/garanties/parite.json"
    forms: str = "/guichet/formulaires/"
    debate_forms: str = "/debat/formulaires/"
    # Beginning of the address of the figures as data; where the programs that check are.
    figures: str = "/indicateurs"
    verifiers: str = "/verifier/"

    def leads(self, target: str) -> str:
        """Return where a text leads that names another site, or a page of this one as it is served; "" for anything else."""
        pages = {
            "/couts": self.costs,
            "/debat": self.debate,
            "/decisions": self.decisions,
            "/effacement": self.destruction,
            "/garanties": self.index,
            "/indicateurs": self.indicators,
            "/transparence": self.transparency,
            "/usages-seconds": self.secondary,
        }
        return pages.get(target) or outside_links(target)

    def of(self, name: str) -> str:
        """Return where the page of a promise is."""
        return f"{self.before}{name}{self.after}"

    def matrix_of(self, name: str) -> str:
        """Return where the page of a profession is."""
        return f"{self.matrix_before}{name}{self.after}"

    def matrix_file(self, version: str) -> str:
        """Return where a version is, as CSV."""
        return f"{self.matrix_before}{version}.csv"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and the colour it is shown in; the colour alone says nothing."""

    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """A promise in the list of all; `titles` by language, the French one always there."""

    titles: Mapping[str, str]
    href: str
    state: Said
    outcome: Said


def index_page(promises: tuple[Guarantee, ...], results: Results, addresses: Addresses) -> Content:
    """Return the list of the promises, one line each."""
    lines = [
        Line(
            titles(one.title, one.translations),
            addresses.of(one.name),
            _state(one),
            _outcome(outcome_of_all(one.tests, results)),
        )
        for one in promises
    ]
    said = {line.outcome for line in lines}
    values = {"lines": lines, "same": said.pop() if len(said) == 1 else None, "read": bool(results)}
    return Content("public/guarantees.html", {**values, "addresses": addresses})


def guarantee_page(one: Guarantee, results: Results, addresses: Addresses) -> Content:
    """Return the page of a promise: its text, and what became of its tests in this version."""
    values = {
        "titles": titles(one.title, one.translations),
        "state": _state(one),
        "outcome": _outcome(outcome_of_all(one.tests, results)),
        "bodies": {Language.FR.value: to_html(one.text, addresses.leads), **_translated(one, addresses)},
        "behind": [language.value for language in Language if one.is_behind(language)],
        "tests": [(test, _outcome(outcome_of(test, results))) for test in one.tests] if results else [],
        "decisions": linked(one.number, decisions()),
        "changes": one.changes[::-1],
        "decided": one.is_decided,
        "failed": any(outcome_of(test, results) is Outcome.FAILED for test in one.tests),
        "addresses": addresses,
    }
    return Content("public/guarantee.html", values)


def costs_page(ledger: Ledger | Damaged, addresses: Addresses, counts: Indicators | None = None) -> Content:
    """Return the ledger of the costs: its sums, what one space and one act cost by the public counts, its lines; or that it is empty."""
    return Content("public/costs.html", {**costs_values(ledger, counts), "addresses": addresses})


def indicators_page(found: Indicators | None, addresses: Addresses) -> Content:
    """Return the public counts; none was given: the page says that there are no figures."""
    return Content(
        "public/indicators.html",
        {"indicators": found, "addresses": addresses, "figures": addresses.figures, "verifiers": addresses.verifiers},
    )


def _translated(one: Guarantee, addresses: Addresses) -> dict[str, Markup]:
    return {where.value: to_html(said.text, addresses.leads) for where, said in one.translations.items()}


def _state(one: Guarantee) -> Said:
    return Said(one.state.value, _STATE_COLOURS[one.state])


def _outcome(outcome: Outcome) -> Said:
    return Said(outcome.value, _OUTCOME_COLOURS[outcome])
