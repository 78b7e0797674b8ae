"""How to know that a message comes from this service: what ours say, word for word, and what they never hold. Guarantee: G14."""

from __future__ import annotations

from starlette.responses import Response

from espace_sante.notices import MAIL_SUBJECT, RECOGNISE, WORDS, Kind, mail_text, sms_text
from espace_sante.web.edge import Door, Visit


async def page(visit: Visit) -> Response:
    """Show one whole mail, one whole short message, and every sentence that may stand in them."""
    settings = visit.portal.frame.settings
    return visit.page(
        "base/recognise.html",
        rules=[visit.say(one) for one in RECOGNISE],
        subject=visit.say(MAIL_SUBJECT),
        mail=mail_text((Kind.DOCUMENT,), visit.say),
        sms=sms_text((Kind.DOCUMENT,), visit.say),
        sentences=[visit.say(words.message) for words in WORDS.values()],
        phone=settings.contact_phone,
    )


DOORS = (Door("/nous-reconnaitre", page),)
