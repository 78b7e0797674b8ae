"""Category 3: images and their reports, drawn and written by us."""

# fmt: off
from __future__ import annotations

from functools import partial

from espace_sante.demo.paper import Paper
from espace_sante.demo.writing.blocks import Items, Picture, section
from espace_sante.demo.writing.cda import around, structured
from espace_sante.demo.writing.images import bone, curve, echo, inside, jpeg, page, png, skin, tiff
from espace_sante.demo.writing.plain import pdf
from espace_sante.demo.writing.terms import loinc

_RADIOGRAPHY, _ECHO = loinc("18748-4", "Radiographie"), loinc("18748-4", "Échographie")
_WHY, _HOW = ("55115-0", "Demande d'examen"), ("55111-9", "Technique")
_FOUND, _END = ("18782-3", "Résultats"), ("19005-8", "Conclusion")

PAPERS: tuple[Paper, ...] = (
    Paper("timeo", "tran", "Radiographie de la cheville", 3, "18748-4", "2026-05-11T18:00", png(bone)),
    Paper("timeo", "tran", "Compte rendu de la radiographie", 3, "18748-4", "2026-05-11T18:20",
          structured(
              section("Pourquoi", _WHY, "Entorse de la cheville droite pendant un match."),
              section("Comment", _HOW, Items(("Face", "Profil", "Oblique"), ordered=True)),
              section("Ce qui se voit", _FOUND, "Pas de fracture.",
                      Picture("image/png", partial(inside, bone, "Document inventé"), "Cheville de face, dessinée."),
                      inside=(section("Parties molles", _FOUND, "Gonflement du côté extérieur."),)),
              section("Conclusion", _END, "Entorse sans fracture."), act=_RADIOGRAPHY)),
    Paper("lucie", "tran", "Image de l'échographie", 3, "18748-4", "2026-04-16T10:00", png(echo)),
    Paper("lucie", "tran", "Compte rendu de l'échographie", 3, "18748-4", "2026-04-16T10:30",
          structured(
              section("Pourquoi", _WHY, "Échographie du deuxième trimestre."),
              section("Ce qui se voit", _FOUND, Items(("Un enfant, qui bouge bien.", "Croissance habituelle."))),
              section("Conclusion", _END, "Examen sans particularité."), act=_ECHO)),
    Paper("jeanne", "tran", "Radiographie du poignet", 3, "18748-4", "2026-01-30T16:00", jpeg(bone)),
    Paper("pierre", "tran", "Scanner du thorax", 3, "18748-4", "2026-03-25T15:00",
          around(pdf("Pourquoi : fièvre et toux.", "Ce qui se voit : un foyer à la base droite.",
                     "Conclusion : infection du poumon, à contrôler dans six semaines."), act=_RADIOGRAPHY)),
    Paper("khadija", "guerin", "Tracé du cœur", 3, "52040-3", "2026-01-22T09:20", png(curve, 640, 240)),
    Paper("osman", "tran", "Radiographie du genou", 3, "18748-4", "2026-02-17T11:00",
          tiff((bone, page("Centre d'imagerie du Val", "Genou gauche", "", "Arthrose légère.", "Pas de fracture.")))),
    Paper("hugo", "hugo", "Photo de mon grain de beauté", 3, "DOCPAT04", "2026-05-02T20:15", jpeg(skin)),
)
