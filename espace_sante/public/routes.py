"""Where a running instance serves the public side. Nothing here knows who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from starlette.routing import BaseRoute

from espace_sante.public.costs import costs
from espace_sante.public.guarantee import guarantees
from espace_sante.public.pages import Addresses, Content, costs_page, guarantee_page, index_page
from espace_sante.public.published import Published, as_published
from espace_sante.public.results import NO_RESULTS

ADDRESSES = Addresses("/garanties", "/couts", "/garanties/")
# From the values of an address to its page, or nothing when there is no such page.
Finder = Callable[[Mapping[str, str]], Content | None]
# Given by the assembly: makes the route of an address, with the frame, headers and errors of every other page.
Show = Callable[[str, Finder], BaseRoute]


def routes(show: Show, published: Published) -> list[BaseRoute]:
    """Return the routes of the public side. `/garanties/parite.json` is another channel's: it must come before."""
    return [
        show("/garanties", lambda _: index_page(as_published(guarantees(), published), NO_RESULTS, ADDRESSES)),
        show("/garanties/{name}", partial(_one, published)),
        show("/couts", lambda _: costs_page(costs(), ADDRESSES)),
    ]


def _one(published: Published, values: Mapping[str, str]) -> Content | None:
    found = next((one for one in as_published(guarantees(), published) if one.name == values["name"]), None)
    return guarantee_page(found, NO_RESULTS, ADDRESSES) if found else None
