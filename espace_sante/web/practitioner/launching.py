"""Opening an application from the page of a person: what leaves with it tells nothing, and gives no right.

Source: SMART App Launch 2.2, "Launch App: EHR Launch".
"""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from espace_sante.actions.launching import make_launch
from espace_sante.actions.sign_in import session_of
from espace_sante.formats.oauth.addresses import with_parameters
from espace_sante.formats.oauth.places import Places
from espace_sante.identity.application import Application
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web.edge import Door, Visit
from espace_sante.web.practitioner.whom import reference_in


def launchable(visit: Visit) -> list[Application]:
    """Return the registered applications that can be opened from a person's page, by name."""
    frame = visit.portal.frame
    today = frame.now().date()
    found = [app for app in frame.applications.all().values() if app.launch_uri and app.holds(today)]
    return sorted(found, key=lambda app: app.name)


async def launch(visit: Visit) -> Response:
    """Send the browser to an application, with a launch that serves once."""
    reference = reference_in(visit)
    app = next((one for one in launchable(visit) if one.client_id == visit.text("application")), None)
    if app is None:
        raise Problem(Kind.INVALID, "app-unknown")
    frame = visit.portal.frame
    word = await make_launch(frame.keeper, session_of(visit.token), app.client_id, reference)
    base = Places(frame.settings.address).fhir
    return RedirectResponse(with_parameters(app.launch_uri, {"iss": base, "launch": word}), 303)


DOORS = (Door("/pro/ouvrir", launch, "practitioner", "POST"),)
