"""Rules about datatypes, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from espace_sante.formats.fhir.r4.instants import is_after
from espace_sante.formats.fhir.r4.members import has, has_choice

Json = dict[str, Any]
UCUM = "http://unitsofmeasure.org"
CURRENCIES = "urn:iso:std:iso:4217"


def ext_1(extension: Json) -> bool:
    """Say whether an extension has a value or extensions, not both."""
    return ("extension" in extension) != has_choice(extension, "value")


def att_1(attachment: Json) -> bool:
    """Say whether bytes come with their type."""
    return not has(attachment, "data") or has(attachment, "contentType")


def cpt_2(contact: Json) -> bool:
    """Say whether a value comes with what kind of contact it is."""
    return not has(contact, "value") or has(contact, "system")


def per_1(period: Json) -> bool:
    """Say whether the start is not after the end."""
    return "start" not in period or "end" not in period or not is_after(period["start"], period["end"])


def qty_3(quantity: Json) -> bool:
    """Say whether the code of a unit comes with its system."""
    return not has(quantity, "code") or has(quantity, "system")


def sqty_1(quantity: Json) -> bool:
    """Say whether a simple quantity has no comparator."""
    return not has(quantity, "comparator")


def _coded_in(quantity: Json, system: str) -> bool:
    return (has(quantity, "code") or not has(quantity, "value")) and quantity.get("system", system) == system


def age_1(age: Json) -> bool:
    """Say whether an age is positive and in a unit of time."""
    return _coded_in(age, UCUM) and age.get("value", 1) > 0


def cnt_3(count: Json) -> bool:
    """Say whether a count is a whole number, of unit 1."""
    value = count.get("value", 0)
    return _coded_in(count, UCUM) and count.get("code", "1") == "1" and value == int(value)


def dis_1(distance: Json) -> bool:
    """Say whether a distance is in a unit of UCUM."""
    return _coded_in(distance, UCUM)


def drt_1(duration: Json) -> bool:
    """Say whether the unit of a duration is of UCUM and comes with a value."""
    return not has(duration, "code") or (duration.get("system") == UCUM and has(duration, "value"))


def mqty_1(money: Json) -> bool:
    """Say whether an amount is in a currency."""
    return _coded_in(money, CURRENCIES)


def rat_1(ratio: Json) -> bool:
    """Say whether numerator and denominator are both there, or neither and an extension says why."""
    both = "numerator" in ratio, "denominator" in ratio
    return both[0] == both[1] and (both[0] or "extension" in ratio)


def rng_2(span: Json) -> bool:
    """Say whether the low bound is not above the high one, when their units are the same."""
    low, high = span.get("low", {}), span.get("high", {})
    if any(low.get(name) != high.get(name) for name in ("system", "code", "unit")):
        return True
    return "value" not in low or "value" not in high or bool(low["value"] <= high["value"])


def tim_1(repeat: Json) -> bool:
    """Say whether a duration has its unit."""
    return not has(repeat, "duration") or has(repeat, "durationUnit")


def tim_2(repeat: Json) -> bool:
    """Say whether a period has its unit."""
    return not has(repeat, "period") or has(repeat, "periodUnit")


def tim_4(repeat: Json) -> bool:
    """Say whether a duration is not negative."""
    return bool(repeat.get("duration", 0) >= 0)


def tim_5(repeat: Json) -> bool:
    """Say whether a period is not negative."""
    return bool(repeat.get("period", 0) >= 0)


def tim_6(repeat: Json) -> bool:
    """Say whether a longest period comes with a period."""
    return not has(repeat, "periodMax") or has(repeat, "period")


def tim_7(repeat: Json) -> bool:
    """Say whether a longest duration comes with a duration."""
    return not has(repeat, "durationMax") or has(repeat, "duration")


def tim_8(repeat: Json) -> bool:
    """Say whether a largest count comes with a count."""
    return not has(repeat, "countMax") or has(repeat, "count")


def tim_9(repeat: Json) -> bool:
    """Say whether an offset comes with a moment that is not a meal itself."""
    when = set(repeat.get("when", ()))
    return not has(repeat, "offset") or (has(repeat, "when") and not when & {"C", "CM", "CD", "CV"})


def tim_10(repeat: Json) -> bool:
    """Say whether a time of day and a moment of the day do not stand together."""
    return not has(repeat, "timeOfDay") or not has(repeat, "when")


def exp_1(expression: Json) -> bool:
    """Say whether there is an expression or where to find it."""
    return has(expression, "expression") or has(expression, "reference")


def drq_1(code_filter: Json) -> bool:
    """Say whether a filter has a path or a search parameter, not both."""
    return has(code_filter, "path") != has(code_filter, "searchParam")


def drq_2(date_filter: Json) -> bool:
    """Say whether a filter has a path or a search parameter, not both."""
    return has(date_filter, "path") != has(date_filter, "searchParam")


RULES: dict[str, tuple[Callable[[Json], bool], ...]] = {
    "Extension": (ext_1,),
    "Attachment": (att_1,),
    "ContactPoint": (cpt_2,),
    "Period": (per_1,),
    "Quantity": (qty_3,),
    "SimpleQuantity": (sqty_1,),
    "Age": (age_1,),
    "Count": (cnt_3,),
    "Distance": (dis_1,),
    "Duration": (drt_1,),
    "MoneyQuantity": (mqty_1,),
    "Ratio": (rat_1,),
    "Range": (rng_2,),
    "Timing.repeat": (tim_1, tim_2, tim_4, tim_5, tim_6, tim_7, tim_8, tim_9, tim_10),
    "Expression": (exp_1,),
    "DataRequirement.codeFilter": (drq_1,),
    "DataRequirement.dateFilter": (drq_2,),
}
