"""What a software reads in a CDA section: observations with value, usual values and flag; vaccines given; images.

Source: IHE PaLM, Laboratory Observation (1.3.6.1.4.1.19376.1.3.1.6); IHE PCC, Simple Observation and Immunization.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from espace_sante.demo.writing.blocks import Dose, Picture, Result, Results
from espace_sante.demo.writing.element import add, coded, path, stamp, templates
from espace_sante.demo.writing.terms import Code

_INTERPRETATION = "2.16.840.1.113883.5.83"
_FLAGS = {"N": "Normal", "H": "Anormalement haut", "L": "Anormalement bas"}
_LABORATORY_ACT = ("1.3.6.1.4.1.19376.1.3.1", "1.2.250.1.213.1.1.3.21")
_LABORATORY = ("1.3.6.1.4.1.19376.1.3.1.6", "1.2.250.1.213.1.1.3.80")
_SIMPLE = ("1.3.6.1.4.1.19376.1.5.3.1.4.13",)
_GIVEN = ("1.3.6.1.4.1.19376.1.5.3.1.4.12",)


def results(section: etree._Element, table: Results, names: Sequence[str], at: datetime) -> None:
    """Write the results of a table; `names` are the identifiers of its rows in the text."""
    if not table.laboratory:
        for row, name in zip(table.rows, names, strict=True):
            _observation(add(section, "entry"), row, name, at, _SIMPLE)
        return
    entry = add(section, "entry", typeCode="DRIV")
    templates(entry, *_LABORATORY_ACT)
    act = add(entry, "act", classCode="ACT", moodCode="EVN")
    coded(act, "code", table.code)
    add(act, "statusCode", code="completed")
    for row, name in zip(table.rows, names, strict=True):
        _observation(add(act, "entryRelationship", typeCode="COMP"), row, name, at, _LABORATORY)


def _observation(parent: etree._Element, row: Result, name: str, at: datetime, models: Sequence[str]) -> None:
    observation = add(parent, "observation", classCode="OBS", moodCode="EVN")
    templates(observation, *models)
    code = coded(observation, "code", row.code)
    path(code, "originalText/reference", value=f"#{name}")
    add(observation, "statusCode", code="completed")
    add(observation, "effectiveTime", value=stamp(at))
    add(observation, "value", type="PQ", value=row.value, unit=row.unit)
    if row.flag:
        coded(observation, "interpretationCode", Code(row.flag, _INTERPRETATION, _FLAGS[row.flag]))
        _usual_values(observation, row)


def _usual_values(observation: etree._Element, row: Result) -> None:
    usual = add(observation, "referenceRange", typeCode="REFV")
    within = add(usual, "observationRange", classCode="OBS", moodCode="EVN.CRT")
    bounds = add(within, "value", type="IVL_PQ")
    for bound, value in (("low", row.low), ("high", row.high)):
        if value:
            add(bounds, bound, value=value, unit=row.unit)
    coded(within, "interpretationCode", Code("N", _INTERPRETATION, _FLAGS["N"]))


def dose(section: etree._Element, given: Dose, name: str) -> None:
    """Write a vaccine given."""
    administration = add(add(section, "entry"), "substanceAdministration", classCode="SBADM", moodCode="EVN")
    templates(administration, *_GIVEN)
    coded(administration, "code", Code("IMMUNIZ", "2.16.840.1.113883.5.4", "Vaccination"))
    path(administration, "text/reference", value=f"#{name}")
    add(administration, "statusCode", code="completed")
    add(administration, "effectiveTime", value=given.day.replace("-", ""))
    product = path(administration, "consumable/manufacturedProduct/manufacturedMaterial")
    code = add(product, "code", nullFlavor="UNK")
    path(code, "originalText/reference", value=f"#{name}")
    add(product, "name", given.vaccine)


def picture(section: etree._Element, image: Picture, name: str) -> None:
    """Write an image, under the identifier the text calls it by."""
    media = add(add(section, "entry"), "observationMedia", classCode="OBS", moodCode="EVN", ID=name)
    data = base64.b64encode(image.draw()).decode()
    add(media, "value", data, mediaType=image.media_type, representation="B64")
