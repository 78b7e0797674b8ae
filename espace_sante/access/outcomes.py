"""Every answer a decision can give, by the stable name of its rule; each is explained in `explain.py`."""

from __future__ import annotations

from espace_sante.access.request import Effect, Permit, Refuse

HOLDER = Permit("holder")
AGENT_COUNTER = Permit("agent-counter", notify=True)
AGENT_PAPER = Permit("agent-paper", notify=True)
AGENT_PHONE_PROVISIONAL = Permit("agent-phone-provisional", Effect.PROVISIONAL, notify=True)
AGENT_PHONE_STARTS = Permit("agent-phone-starts", Effect.STARTS)
DEPOSIT = Permit("deposit")
INVITE = Permit("invite")
MAIL_ROOM = Permit("mail-room")
LETTER = Permit("letter")
SHEETS = Permit("sheets")
ACCOUNT = Permit("account")
AUTHOR = Permit("author")
REQUEST = Permit("request")
CARD = Permit("card", notify=True)
EMERGENCY_OPENED = Permit("emergency-opened", notify=True)
CASE = Permit("case")
SUPPORT_ASKED = Permit("support-asked", notify=True)
SUPPORT_OPENED = Permit("support-opened", notify=True)
SUPPORT = Permit("support")
ORDER = Permit("order")
ORDER_ASKED = Permit("order-asked")
ORDER_CONFIRMED = Permit("order-confirmed")
SANDBOX = Permit("sandbox")
DEATH = Permit("death")
AFTER_DEATH = Permit("after-death")
REPRESENTATION = Permit("representation", notify=True)
MANDATE_ACCEPTED = Permit("mandate-accepted", notify=True)

NO_SPACE = Refuse("no-space")
SPACE_CLOSING = Refuse("space-closing")
SPACE_CLOSED = Refuse("space-closed")
SPACE_ARCHIVED = Refuse("space-archived")
SPACE_EXISTS = Refuse("space-exists")
PROOF = Refuse("proof")
NOT_HOLDER = Refuse("not-holder")
NOT_ON_BEHALF = Refuse("not-on-behalf")
NOT_THEIR_ACT = Refuse("not-their-act")
NOTHING_NAMED = Refuse("nothing-named")
NOT_ANNOUNCED = Refuse("not-announced")
NOT_ACTIVATED = Refuse("not-activated")
DEPOSITS_REFUSED = Refuse("deposits-refused")
CHEST = Refuse("chest")
BLOCKED = Refuse("blocked")
MASKED = Refuse("masked")
MATRIX = Refuse("matrix")
EMERGENCY_REFUSED = Refuse("emergency-refused")
NO_GRANT = Refuse("no-grant")
SUPPORT_NOT_ALLOWED = Refuse("support-not-allowed")
SECOND_ACCOUNT = Refuse("second-account")
ORDER_NOT_CONFIRMED = Refuse("order-not-confirmed")
ORDER_DOES_NOT_COVER = Refuse("order-does-not-cover")
NOT_SANDBOX = Refuse("not-sandbox")
SANDBOX_ONLY = Refuse("sandbox-only")
DECEASED = Refuse("deceased")
NOT_DECEASED = Refuse("not-deceased")
AFTER_DEATH_REFUSED = Refuse("after-death-refused")
AFTER_DEATH_NOT_CONFIRMED = Refuse("after-death-not-confirmed")
AFTER_DEATH_DOES_NOT_COVER = Refuse("after-death-does-not-cover")
APP_SCOPE = Refuse("app-scope")
APP_ENDED = Refuse("app-ended")
APP_BEYOND = Refuse("app-beyond")
NO_POWER = Refuse("no-power")
POWER_OVER = Refuse("power-over")
POWER_BEYOND = Refuse("power-beyond")

# A permission, an emergency access or a mandate used is named by the decision: these rules have no constant.
GRANT, EMERGENCY, MANDATE, REPRESENTATIVE = "grant", "emergency", "mandate", "representative"
PERMITS = (
    *(HOLDER, AGENT_COUNTER, AGENT_PAPER, AGENT_PHONE_PROVISIONAL, AGENT_PHONE_STARTS, DEPOSIT, INVITE, AUTHOR),
    *(CASE, SUPPORT_ASKED, SUPPORT_OPENED, SUPPORT),
    *(REQUEST, CARD, EMERGENCY_OPENED, MAIL_ROOM, LETTER, SHEETS, ACCOUNT),
    *(ORDER, ORDER_ASKED, ORDER_CONFIRMED),
    *(SANDBOX, DEATH, AFTER_DEATH, MANDATE_ACCEPTED),
    REPRESENTATION,
)
REFUSALS = (
    *(NO_SPACE, SPACE_CLOSING, SPACE_CLOSED, SPACE_EXISTS, PROOF, NOT_HOLDER, NOT_ON_BEHALF, NOT_THEIR_ACT),
    *(NOTHING_NAMED, NOT_ANNOUNCED, NOT_ACTIVATED, DEPOSITS_REFUSED, CHEST, BLOCKED, MASKED, MATRIX),
    *(SUPPORT_NOT_ALLOWED, SECOND_ACCOUNT),
    *(EMERGENCY_REFUSED, NO_GRANT, SPACE_ARCHIVED),
    *(ORDER_NOT_CONFIRMED, ORDER_DOES_NOT_COVER),
    *(NOT_SANDBOX, SANDBOX_ONLY),
    *(APP_SCOPE, APP_ENDED, APP_BEYOND),
    *(DECEASED, NOT_DECEASED, AFTER_DEATH_REFUSED, AFTER_DEATH_NOT_CONFIRMED, AFTER_DEATH_DOES_NOT_COVER),
    *(NO_POWER, POWER_OVER, POWER_BEYOND),
)
RULES = (
    *(permit.rule for permit in PERMITS),
    GRANT,
    EMERGENCY,
    MANDATE,
    REPRESENTATIVE,
    *(refuse.rule for refuse in REFUSALS),
)
