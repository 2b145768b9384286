"""The states of a document and the moves between them, in one table; and what an agent may answer."""

STATES = ("received", "clean", "refused")
DECISIONS = ("", "accepted", "refused")

# Quarantine: what was received is served to nobody until it is clean; refused is the end.
CHECKS = frozenset({("received", "clean"), ("received", "refused")})

# An agent may change their mind; never about what the check refused.
JUDGEMENTS = frozenset({("", "accepted"), ("", "refused"), ("accepted", "refused"), ("refused", "accepted")})

INFECTED = "L’antivirus a refusé ce fichier. Envoyez-en un autre, par exemple une photo du papier."
MOST_REASON = 300
REASONS = (
    "La photo est floue ou coupée\u00a0: reprenez-la bien à plat, avec de la lumière.",
    "Il manque des pages\u00a0: envoyez le document entier.",
    "Ce document est périmé\u00a0: envoyez-en un plus récent.",
    "Ce n’est pas le document demandé.",
    "Le nom ou l’adresse ne correspond pas au dossier.",
)


def may_check(before: str, after: str) -> bool:
    """Whether the check may say so."""
    return (before, after) in CHECKS


def may_decide(state: str, before: str, after: str) -> bool:
    """Whether an agent may judge it so: only what is clean, and only what says something new."""
    return state == "clean" and (before, after) in JUDGEMENTS


def may_withdraw(shelf: str, decision: str) -> bool:
    """Whether a family may take back what it sent: until somebody has judged it."""
    return shelf == "sent" and decision == ""
