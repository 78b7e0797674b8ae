"""Pages: from a template and finished values to HTML.

Templates hold no rule and decide nothing; a name they use and were not given is an error, never an empty space.
Two environments: ours, strict, and the one of the GOV.UK components, whose macros rely on absent values being empty.
Only our macro layer (`templates/macros/`) sees the second: it owns every string, so that no English default shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from espace_sante.kernel.i18n import (
    Language,
    french_spaces,
    say_date,
    say_moment,
    say_money,
    say_number,
    say_period,
    say_short_moment,
    say_size,
    translator,
)
from espace_sante.web.assets import static_url

# No script, no inline style, no other host, no frame: what a page of ours needs is its own files and its own forms.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The same for a page that shows a document: its pictures travel inside the page (decision 0021).
PICTURES_POLICY = CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:")


def policy_sending_to(origins: Iterable[str]) -> str:
    """Return the policy of a page whose forms may lead, after our answer, to registered applications. Source: CSP3 §6.4.1."""
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {' '.join(sorted(set(origins)))}")


# The names of the hidden fields that `ui.form` writes.
IDEMPOTENCY_FIELD = "idempotency_key"
ANTI_FORGERY_FIELD = "anti_forgery"
LANGUAGE_PARAMETER = "langue"

_MACRO_FILES = ("forms.html", "content.html", "page.html", "acts.html")
_ERROR_PAGES = frozenset({400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503})


class Scheme(StrEnum):
    """Light or dark: as the device says, or as the person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the navigation; `current` for the page shown or its section."""

    href: str
    text: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, as the top of each page says it, and how they sign out."""

    name: str
    sign_out_path: str
    anti_forgery: str


@dataclass(frozen=True, slots=True)
class Page:
    """What surrounds the content of a page: the same for every template, given as `page=`."""

    # Path of the page, with its query only where the page is nothing without it: the language links lead back to it.
    path: str = "/"
    # True with the development identity provider: the page then says that nothing is real.
    development: bool = False
    navigation: tuple[Link, ...] = ()
    visitor: Visitor | None = None
    # Name of the person for whom the visitor acts; shown on every page as long as it lasts.
    acting_for: str = ""
    scheme: Scheme = Scheme.SYSTEM
    large_text: bool = False


def render(template: str, language: Language, **values: object) -> str:
    """Return a page as HTML; `page=Page(…)` says what surrounds it (an anonymous visitor by default).

    Raises `jinja2.UndefinedError` when the template uses a value it was not given.
    """
    values.setdefault("page", Page())
    return environment(language).get_template(template).render(**values)


def fragment(language: Language, macro: str, *values: object) -> Markup:
    """Return what one of our macros writes, to stand inside a view made elsewhere."""
    written: Markup = getattr(environment(language).globals["ui"], macro)(*values)
    return written


def render_error(
    status: int, language: Language, *, page: Page, reference: str = "", sentence: str = "", then: Link | None = None
) -> str:
    """Return the page of an error: what happened, what to do next, and a reference to give by phone.

    `sentence` replaces the general explanation, `then` the first thing to do; both are shown as given, already in
    the person's language. An unknown status gets the page of an internal error.
    """
    shown = status if status in _ERROR_PAGES else 500
    return render(
        f"errors/{shown}.html", language, page=page, status=status, reference=reference, sentence=sentence, then=then
    )


@cache
def environment(language: Language) -> Environment:
    """Return the environment of a language; built once, templates compiled at first use."""
    built = Environment(
        loader=PackageLoader("espace_sante.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    built.policies["ext.i18n.trimmed"] = True
    words = translator(language)
    install: Callable[..., None] = built.install_gettext_callables  # type: ignore[attr-defined]  # added by i18n
    install(words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext)
    built.filters.update(_filters(language))
    built.globals.update(
        govuk=_component,
        static_url=static_url,
        language=language,
        languages=tuple(Language),
        language_url=language_url,
        idempotency_field=IDEMPOTENCY_FIELD,
        anti_forgery_field=ANTI_FORGERY_FIELD,
    )
    ui = SimpleNamespace()
    built.globals["ui"] = ui
    for name in _MACRO_FILES:
        exported = vars(built.get_template(f"macros/{name}").module)
        vars(ui).update({word: macro for word, macro in exported.items() if not word.startswith("_")})
    return built


def language_url(path: str, language: Language) -> str:
    """Return where a page is read in another language: the public home has its own address, others one more parameter.

    One slash begins it, whatever was asked: two, or a backslash, would lead to another site.
    """
    path = "/" + path.lstrip("/\\")
    if path in {"/", *(f"/{one.value}" for one in Language)}:
        return f"/{language.value}"
    return f"{path}{'&' if '?' in path else '?'}{urlencode({LANGUAGE_PARAMETER: language.value})}"


def _filters(language: Language) -> dict[str, Callable[..., Any]]:
    def in_words(day: date) -> str:
        return say_date(day, language)

    def moment(value: datetime) -> Markup:
        return _stamped(value, say_moment(value, language))

    def short_moment(value: datetime) -> Markup:
        return _stamped(value, say_short_moment(value, language))

    return {
        "date": in_words,
        "period": lambda period: say_period(period, language),
        "moment": moment,
        "short_moment": short_moment,
        "number": lambda number: say_number(number, language),
        "money": lambda cents: say_money(cents, language),
        "shown_range": lambda one: _range(one, language),
        "money_rows": lambda rows: [(words, say_money(cents, language)) for words, cents in rows],
        "size": lambda size_bytes: say_size(size_bytes, language),
        "spaced": (lambda words: words) if language is Language.EN else french_spaces,
        "french": lambda words: _french(words, language),
        "translated": lambda words: _translated(words, language),
    }


def _french(words: str, language: Language) -> str:
    """Return words that stay in French: said to be so on a page that is not."""
    spaced = french_spaces(words)
    return spaced if language.tag == "fr" else Markup('<span lang="fr">{}</span>').format(spaced)


def _translated(words: str, language: Language) -> str:
    """Return words of a table of ours in the language of the page; what the catalogue does not know stays in French."""
    found = translator(language).gettext(words) if words else ""
    return found if found != french_spaces(words) else _french(words, language)


def _range(one: Any, language: Language) -> str:
    """Say a number that is shown by its bounds: « 11 à 15 », or that it is fewer than eleven, or not shown."""
    _ = translator(language).gettext
    if one.least and one.most is not None:
        least, most = say_number(one.least, language), say_number(one.most, language)
        return _("%(least)s à %(most)s") % {"least": least, "most": most}
    if one.least:
        return _("%(least)s au moins") % {"least": say_number(one.least, language)}
    return _("pas montré") if one.most is None or one.most > 10 else _("moins de 11")


def _stamped(value: datetime, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(timespec="seconds"), words)


@cache
def _components() -> Environment:
    return Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _macro(name: str) -> Callable[..., Markup]:
    module: Any = _components().get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
    macro: Callable[..., Markup] = getattr(module, "govuk" + name.title().replace("-", ""))
    return macro


def _component(name: str, values: dict[str, object]) -> Markup:
    """Render a GOV.UK component; for the macro layer only."""
    return _macro(name)(values)
