"""espace-sante: a health space opened only by consent, readable only by those the person allows."""
