"""An activity's dossier in words: its rules, its draft, its publications, where the form came from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.activities.queries import Activity
from server.bookings.desk.rules.form import terms_of_activity
from server.bookings.desk.words import Values
from server.bookings.desk_queries.rules.dossier import Desk, Dossier, Publication
from server.bookings.rules.cutoff import describe, rule_from
from server.bookings.rules.opening import describe_opening, opening_from
from server.french import NBSP, day_long, instant
from server.zone import town_day

PATH = "/agent/regles"


def said_of(terms: Mapping[str, Any]) -> list[Values]:
    """Some terms in plain French, as parents read them."""
    same = terms["book_rule"] == terms["cancel_rule"]
    lines = [("Réserver et annuler" if same else "Réserver", describe(rule_from(terms["book_rule"])))]
    if not same:
        lines.append(("Annuler", describe(rule_from(terms["cancel_rule"]))))
    lines.append(("Ouverture", describe_opening(opening_from(terms["opening_rule"]))))
    return [{"what": what, "text": text[:1].upper() + text[1:]} for what, text in lines]


def row_of(desk: Desk, activity: Activity, now: datetime) -> Values:
    """One activity of the list: the rule of today, and what is coming."""
    today, catalogue = town_day(now), desk.catalogue
    published = catalogue.published.get(activity.id, ())
    current, draft = catalogue.on(activity.id, today), desk.drafts.get(activity.id)
    # A later publication hides an earlier one from its first day on.
    coming = sorted(
        {day for day, one in published if day > today and catalogue.on(activity.id, day).number == one.number}
    )
    return {
        "name": activity.name,
        "url": f"{PATH}/{activity.ref}",
        "lines": said_of(terms_of_activity(current)),
        "coming": [
            {
                "from": f"À partir des journées du {day_long(day)} {day.year}",
                "lines": said_of(terms_of_activity(catalogue.on(activity.id, day))),
            }
            for day in coming
        ],
        "draft": f"Brouillon de {draft.by}, {instant(draft.at, catalogue.zone)}" if draft else "",
    }


def draft_of(dossier: Dossier) -> Values | None:
    draft = dossier.draft
    if draft is None:
        return None
    return {"by": draft.by, "at": instant(draft.at, dossier.catalogue.zone), "old": draft.base != dossier.latest}


def version_of(each: Publication, dossier: Dossier) -> Values:
    return {
        "number": each.number,
        "from": f"Journées à partir du {day_long(each.first_day)} {each.first_day.year}",
        "by": f"Publiée par {each.by}, {instant(each.at, dossier.catalogue.zone)}{NBSP}: «{NBSP}{each.reason}{NBSP}»",
        "lines": said_of(each.terms),
        "url": f"{PATH}/{dossier.activity.ref}?version={each.number}",
    }


def origin_of(dossier: Dossier) -> Values:
    return {
        "number": 0,
        "from": "Règle d’origine",
        "by": "",
        "lines": said_of(terms_of_activity(dossier.activity)),
        "url": f"{PATH}/{dossier.activity.ref}?version=0",
    }
