"""What a town chooses about families: what a family may change by itself and what an agent decides."""

from dataclasses import dataclass
from typing import Literal

from server.profiles.choice import choice

Immediate = Literal[
    "telephone", "mobile", "telephone_pro", "courriel", "profession", "employeur", "contact_par", "civilite", "nom",
    "nom_naissance", "prenoms", "naissance", "commune_naissance", "departement_naissance", "pays_naissance",
]  # fmt: skip


@dataclass(frozen=True)
class FamiliesChoices:
    """Room families; product.md §2."""

    address_search: bool = choice(True, "offer the search box that fills an address in")
    immediate: tuple[Immediate, ...] = choice(
        ("telephone", "mobile", "telephone_pro", "courriel", "profession", "employeur", "contact_par"),
        "fields of an adult a family changes at once; every other change is a request an agent decides",
    )
    checkup_month: int = choice(
        5, "month from which families are asked once a year whether their file is up to date; 0: never"
    )
    service: str = choice("Service enfance", "name of the department in charge of requests, on every receipt")
    silence: Literal["accepted", "refused"] = choice(
        "refused", "what the town's silence on a request means: accepted or refused (CRPA L231-1, L231-4)"
    )
    silence_months: int = choice(2, "after how many months silence is that answer")
    completion_phrases: tuple[str, ...] = choice(
        (
            "Il manque le livret de famille (pages des parents et des enfants).",
            "Il manque un justificatif de domicile de moins de trois mois.",
            "Il manque le jugement ou l’accord des deux parents.",
            "Précisez l’adresse complète.",
        ),
        "ready phrases to ask a family for more; the agent edits them before sending",
    )
    refusal_phrases: tuple[str, ...] = choice(
        (
            "Cette demande a déjà été faite.",
            "Les pièces demandées ne nous sont pas parvenues.",
            "Les informations ne correspondent pas aux pièces fournies.",
            "Votre commune n’est pas concernée par cet accueil.",
        ),
        "ready phrases of a refusal; the agent edits them before sending",
    )
