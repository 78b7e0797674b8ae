"""The process of the counters of envelopes, started alone (`python -m espace_sante.cli.handing`). Guarantee: G14."""

from __future__ import annotations

import logging
import os

from espace_sante.envelopes.desks import Desks
from espace_sante.envelopes.mark_list import MarkList
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.listening import inherited_socket
from espace_sante.kernel.settings import load_settings


def main() -> int:
    """Serve until told to stop."""
    from starlette.routing import Router

    from espace_sante.kernel.i18n import Language
    from espace_sante.web.debate.counter import Counter, routes
    from espace_sante.web.debate.edge import House
    from espace_sante.web.rendering import Page, render_error
    from espace_sante.web.server import LastResort, serve

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings, listener = load_settings(os.environ), inherited_socket(os.environ)
    if listener is None:
        raise SystemExit("Ce processus est démarré par « make run », jamais seul.")

    def page(reference: str) -> bytes:
        return render_error(500, Language.FR, page=Page(), reference=reference).encode()

    folder = settings.home / "envelopes"
    house = House(Counter(MarkList(folder), Desks(folder)), utc_now, settings.hosts, settings.development_provider)
    serve(LastResort(Router(routes=routes(house)), page), listener)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
