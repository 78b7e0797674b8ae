"""G10. The page that says, of every act, its code, its form, and what each channel does: the same as the table for software."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import orjson
import pytest
from starlette.types import ASGIApp

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.frame import Frame
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from espace_sante.actions.spoken import spoken_code
from espace_sante.assembly import application
from espace_sante.channels.parity import parity
from espace_sante.keeper.delays import Delay
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import load_settings
from espace_sante.public.parity import SHOWN, parity_page
from espace_sante.public.routes import ADDRESSES
from tests.public.figures import Figures
from tests.served import Reply, asked

MEASURED = Delay("2026-10", "block", "paper", "2d", "5d")


def serving(home: Path, figures: Figures) -> ASGIApp:
    nothing = cast(Any, None)
    settings = replace(load_settings({}), home=home)
    return application(Frame(cast(Any, figures), nothing, settings, utc_now, os.urandom, previews=nothing), None)


@pytest.fixture
def served(tmp_path: Path) -> ASGIApp:
    return serving(tmp_path, Figures(there=False))


def get(served: ASGIApp, path: str) -> Reply:
    return asyncio.run(asked(served, "GET", path, [(b"host", b"127.0.0.1")]))


def test_every_act_of_a_person_stands_on_the_page_with_its_code_and_its_form(served: ASGIApp) -> None:
    html = get(served, "/garanties/parite").body.decode()
    rows = re.findall(r'<tr class="govuk-table__row">(.*?)</tr>', html, flags=re.DOTALL)[1:]
    assert len(rows) == len(PERSON_ACTS) + 1 == len(orjson.loads(get(served, "/garanties/parite.json").body)["acts"])
    assert 'href="/debat/formulaires/ES-110.pdf"' in rows[-1] and "<strong>110</strong>" in rows[-1], "the debate"
    assert "110" not in {spoken_code(act) for act in PERSON_ACTS}
    for act, row in zip(PERSON_ACTS, rows[:-1], strict=True):
        assert f"<strong>{spoken_code(act)}</strong>" in row
        assert f'href="/guichet/formulaires/{act.form}.pdf"' in row
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row, flags=re.DOTALL)
        assert len(cells) == 1 + len(SHOWN) and all(re.sub(r"<[^>]+>", "", cell).strip() for cell in cells)


def test_the_page_says_what_the_table_says(served: ASGIApp) -> None:
    table = parity()
    page = parity_page(cast(Any, table), ADDRESSES).values["rows"]
    assert isinstance(page, list)
    for line, row in zip(table["acts"], page, strict=True):
        for channel, cell in zip(SHOWN, row.cells, strict=True):
            told = line["channels"][channel.value]
            if told["effect"] == "immediate":
                assert (cell.days > 0) is (told["max_delay_hours"] > 0)
                assert cell.days * 24 >= told["max_delay_hours"], "never less than what is promised"
            else:
                assert channel is Channel.PHONE and cell.words and not cell.days


def test_a_table_with_an_empty_cell_makes_no_page() -> None:
    table: Any = parity()
    del table["acts"][0]["channels"]["paper"]
    with pytest.raises(KeyError):
        parity_page(table, ADDRESSES)


def test_what_was_measured_stands_beside_what_is_promised(tmp_path: Path) -> None:
    served = serving(tmp_path, Figures(MEASURED))
    html = get(served, "/garanties/parite").body.decode().replace("\u00a0", " ")
    row = next(one for one in html.split("<tr") if f"<strong>{spoken_code(REGISTRY[ActId.BLOCK])}</strong>" in one)
    cells = row.split("<td")
    assert "mesuré : 2 jours ouvrés au plus" in cells[4] and "95 sur 100 : 5 jours ouvrés au plus" in cells[4]
    assert "pas encore mesuré" in cells[2] and "pas encore mesuré" in cells[5], "nothing is made up for the others"
    table = {one["id"]: one["channels"] for one in orjson.loads(get(served, "/garanties/parite.json").body)["acts"]}
    told = {"month": "2026-10", "half_at_most": "2d", "most_at_most": "5d"}
    assert table["block"]["paper"]["measured"] == told and table["block"]["web"]["measured"] is None
    starts = table["grant_access"]["phone"]
    assert starts["effect"] == "starts" and starts["measured"] is None


def test_nothing_measured_or_no_keeper_leaves_what_is_promised(tmp_path: Path, served: ASGIApp) -> None:
    for one in (served, serving(tmp_path, Figures())):
        html = get(one, "/garanties/parite").body.decode()
        assert "ne sont pas encore mesurés" in html and "mesuré :" not in html.replace("\u00a0", " ")
        assert orjson.loads(get(one, "/garanties/parite.json").body) == parity()


def test_help_leads_to_it(served: ASGIApp) -> None:
    assert 'href="/garanties/parite"' in get(served, "/aide").body.decode()
