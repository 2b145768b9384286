"""The family's door to « mes réponses »: what the town answered to each tap, and when."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from litestar import Response, get

from server.bookings.queries.answers import MOST_PAGES, Answer, Answers, answers_of
from server.bookings.rules.states import LABELS
from server.errors import NotFound
from server.french import NBSP, day_long
from server.web import AnyRequest, page, parent, visitor_of

WISHES = {
    "booked": "Réserver",
    "free": "Annuler",
    "absence": "Absence signalée",
    "absence_undone": "Retour sur une absence",
    "decision": "Réponse à votre demande",
    "promoted": "Liste d’attente, place obtenue",
    "closed": "Fermeture",
    "": "Changement",
}
BY_TOWN = "Changement fait par la mairie"
OUTCOMES = {
    "rejected": "Refusé",
    "conflict": "Pas fait",
    "superseded": "Remplacé par un changement plus récent",
}


@get("/mes-reponses", guards=[parent])
async def my_answers(request: AnyRequest) -> Response[str]:
    """Every answer of the last 400 days, the newest first, of one child or all."""
    asked = request.query_params
    number, child = asked.get("page", "1"), asked.get("enfant", "")
    known = re.fullmatch(r"[1-9][0-9]?", number) and int(number) <= MOST_PAGES and child.isprintable()
    if not known:
        raise NotFound
    now: datetime = request.app.state.clock()
    found: Answers | None = await request.app.state.db.read(answers_of, visitor_of(request), child, int(number), now)
    if found is None or (int(number) > 1 and not found.answers):
        raise NotFound
    lines = [_line(answer, now) for answer in found.answers]
    return page(
        request, "bookings/my_answers.html", lines=lines, number=int(number), further=found.further, child=child,
        children=found.children, of_child=f"enfant={quote_plus(child)}&" if child else "",
    )  # fmt: skip


def _line(answer: Answer, now: datetime) -> dict[str, Any]:
    about = [answer.child, answer.activity, day_long(answer.day, now.date()) if answer.day else ""]
    label = answer.label or ("Annulé" if answer.state == "free" else LABELS.get(answer.state, ""))
    verdict = label if answer.outcome == "applied" else OUTCOMES.get(answer.outcome, "")
    by = {"me": "vous", "town": "la mairie"}.get(answer.by, answer.by)
    return {
        "at": answer.at,
        "about": ", ".join(part for part in about if part) or "Une case qui n’existe pas ou plus",
        "colour": answer.colour,
        "initial": answer.child[:1],
        "wish": f"{WISHES.get(answer.wish, BY_TOWN)}{NBSP}: ",
        "verdict": verdict,
        "reason": answer.reason,
        "mood": "ok" if answer.outcome == "applied" and answer.state != "refused" else "no",
        "by": by,
    }


ROUTES = [my_answers]
