"""The pages of a space's life, in the states they are met in: refused for good, closed and kept, opened again, erased, presumed."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from espace_sante.keeper import demand as d
from espace_sante.kernel.clock import utc_now
from espace_sante.operate.roles import superuser
from tests.inside import rows
from tests.journeys.walk import Walk
from tests.served import ServedHouse


def invited(house: ServedHouse, word: str) -> str:
    """Invite an invented person; return the reference of her number."""
    who = house.house.provider.find(word)
    values = {name: getattr(who, name) for name in ("ins", "local", "birth_name", "first_given", "birth_date", "sex")}
    house.client("accueil").done("invite", {name: value for name, value in values.items() if value})
    return f"ins:{who.ins}" if who.ins else f"local:{who.local}"


def kept_and_erased(browser: Browser, house: ServedHouse) -> Iterator[tuple[str, Page]]:
    """Karim closes and keeps, opens again, keeps and erases; Marcel says no for good, and takes it back."""
    walk = Walk(browser, house, javascript=False)
    with walk.stack:
        invited(house, "karim")
        invited(house, "marcel")
        her = walk.person("karim")
        walk.press(her, "Oui, j’ouvre")
        walk.press(her, "Ouvrir mon espace")
        her.goto("/moi/fermer")
        yield "fermer", her
        walk.press(her, "Continuer")
        yield "fermer-erreur", her
        her.locator("input[value=archive]").check()
        her.fill("#archive_years", "12")
        walk.press(her, "Continuer")
        yield "fermer-trop-long", her
        her.fill("#archive_years", "5")
        her.locator("input[value=archive]").check()
        walk.press(her, "Continuer")
        yield "garde", her
        her.goto("/moi")
        yield "archive", her
        her.goto("/moi/documents")
        yield "archive-refus", her
        her.goto("/moi/rouvrir")
        walk.press(her, "Rouvrir mon espace")
        yield "rouvrir-erreur", her
        her.locator("input[value=no]").check()
        walk.press(her, "Rouvrir mon espace")
        yield "rouvert", her
        her.goto("/moi/journal")
        yield "journal", her
        her.goto("/moi/fermer")
        her.locator("input[value=archive]").check()
        her.fill("#archive_years", "1")
        walk.press(her, "Continuer")
        her.goto("/moi/effacer")
        yield "effacer", her
        her.locator("input[value=yes]").check()
        walk.press(her, "Continuer")
        yield "efface", her
        him = walk.person("marcel")
        yield "invitation", him
        him.locator("input[name=remember]").check()
        walk.press(him, "Non, je n’en veux pas")
        yield "refuse-pour-de-bon", him
        him.goto("/moi")
        yield "sans-espace", him
        him.goto("/moi/refus")
        yield "refus", him
        walk.press(him, "Reprendre mon refus")
        yield "refus-repris", him
        staff = walk.person("accueil")
        staff.goto("/exploitant/retour")
        yield "retour", staff
        staff.fill("#ins", house.house.provider.find("marcel").ins)
        walk.press(staff, "Noter")
        yield "retour-note", staff
        staff.goto("/exploitant/remise")
        walk.press(staff, "Noter")
        yield "remise-erreur", staff


def presumed(browser: Browser, house: ServedHouse) -> Iterator[tuple[str, Page]]:
    """On a house whose operator published the rule of six weeks: what it says, and what silence opened."""
    walk = Walk(browser, house, javascript=False)
    with walk.stack:
        page = walk.person()
        page.goto("/")
        yield "accueil-presomption", page
        page.goto("/garanties")
        page.get_by_role("link", name="G1.").click()
        yield "g1-presomption", page
        reference = invited(house, "karim")
        today = utc_now().date().isoformat()
        staff, number = house.client("accueil"), reference.partition(":")[2]
        staff.done("record_delivery", {"ins": number, "proof": "registered", "day": today})
        house.background.run(_later(house))
        her = walk.person("karim")
        yield "presume", her
        walk.press(her, "Plus tard")
        yield "presume-plus-tard", her
        her.goto("/moi/invitation")
        walk.press(her, "Non, je n’en veux pas")
        yield "presume-refuse", her


async def _later(house: ServedHouse) -> None:
    """Let the round of silence think that six weeks and the time of the post went by."""
    earlier = "UPDATE mailroom.invitation SET delivered_on = delivered_on - 63"
    await rows(house.house.settings, superuser("main"), earlier)
    await house.house.link.ask(d.Maintain(0, "presume"))
