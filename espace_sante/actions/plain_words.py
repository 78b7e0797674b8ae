"""What people say at a counter for what acts say: « mon docteur » is a professional, « ma fille » a helper or a child's space.

Words without accents, in French: that is the language of the counter. A word stands for others only to find acts; it is kept nowhere.
Guarantee: G10.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# What is said: what acts say.
_SAID = """
medecin docteur generaliste specialiste dentiste chirurgien psychologue pharmacie pharmacien: professionnel
infirmier infirmiere kine soignant laboratoire sagefemme: professionnel
hopital clinique maternite ehpad centre: etablissement
fille fils mari femme voisin voisine ami amie aide famille mandat procuration: aidant
heritier deces mourir enterrement: mort
ordonnance resultat analyse radio scanner compte dossier papier: document
vaccin allergie tension poids: donnees
tuteur tutrice curateur curatrice parent pere mere: representant
supprimer enlever annuler stop stopper revoquer interdire: retirer arreter effacer fermer plus
donner permettre accorder laisser: autoriser
samu pompier accident: urgence
historique trace lu regarde espionne: journal
mail courriel email sms portable numero: electronique mobile
demenager demenagement rue domicile: adresse
courrier: lettres lettre
faux corriger rectifier trompe: erreur
plainte plaindre reclamation: contester erreur
recherche chercheur statistiques industrie: usage
code badge: carte
masquer secret confidentiel: cacher
appli telephone montre: application mobile
copie partir telecharger exporter: emporter
"""
# Said with the others, and telling no act from another.
_LITTLE = "ma mon mes sa son ses le la les l un une de du des d a au aux je j il elle veut veux voudrais pour que"
_ENOUGH = 5


def _read(text: str) -> dict[str, tuple[str, ...]]:
    lines = (line.partition(":") for line in text.strip().splitlines())
    return {word: tuple(meant.split()) for said, _, meant in lines for word in said.split()}


STANDS_FOR: Mapping[str, tuple[str, ...]] = MappingProxyType(_read(_SAID))
LITTLE = frozenset(_LITTLE.split())


def standing_for(word: str) -> tuple[str, ...]:
    """Return a word (without accents) and what it stands for: its beginning is enough, from five letters on, and so is its plural."""
    found = STANDS_FOR.get(word) or STANDS_FOR.get(word.rstrip("sx"))
    if found is None and len(word) >= _ENOUGH:
        found = next((others for known, others in STANDS_FOR.items() if known.startswith(word)), ())
    return (word, *(found or ()))
