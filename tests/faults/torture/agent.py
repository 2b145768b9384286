"""The town hall's agent, at their own doors: decisions, overrides, places, a closed day. A server that is down is borne."""

import contextlib
from typing import Any

import httpx

from tests.cast import PASSWORD
from tests.faults.torture.house import House

PENDING = "select id, version from booking where state in ('requested', 'cancel_requested') order by id"
REASON = "Décidé pendant la tourmente."


class Agent:
    """Signs in when asked to, and does one thing at a time."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.client = httpx.Client(timeout=10, headers={"sec-fetch-site": "same-origin"})

    def decide(self, nth: int, verdict: str, stale: bool) -> None:
        """The same verdict on two of the requests that wait; `stale`: as a screen drawn before a change would send it."""
        waiting = self.house.rows(PENDING)
        picks = [waiting[(nth + n) % len(waiting)] for n in range(min(2, len(waiting)))]
        if picks:
            choices = [f"{row['id']}~{row['version'] - stale}" for row in picks]
            self._post("/agent/demandes", {"choix": choices, "verdict": verdict, "motif": REASON})

    def override(self, square: str, state: str) -> None:
        """A square brought to a state outside the rules, as its file shows it just now."""
        child, session = square.rsplit(".", 1)
        found = self.house.rows(
            "select c.ref, f.ref as family, b.version from child c join household_child h on h.child_id = c.id "
            "join family f on f.id = h.family_id left join booking b on b.child_id = c.id "
            f"and b.session_id = {int(session)} where c.ref = '{child}' order by f.id limit 1"
        )[0]
        form = {"etat": state, "motif": REASON, "version": str(found["version"] or 0)}
        self._post(f"/agent/familles/{found['family']}/cases/{square}", form)

    def capacity(self, session: int, places: int | None) -> None:
        """More places, or fewer, or no limit."""
        row = self.house.rows(f"select capacity, day from session where id = {session}")[0]
        seen = "" if row["capacity"] is None else str(row["capacity"])
        form = {"date": str(row["day"]), "vu": seen, "places": "" if places is None else str(places)}
        self._post(f"/agent/seances/{session}/capacite", form)

    def close_day(self, day: str, activity: str) -> None:
        """A day on which nothing takes place."""
        self._post("/agent/fermetures", {"activite": activity, "du": day, "au": "", "motif": REASON})

    def _post(self, path: str, form: dict[str, Any]) -> None:
        url = self.house.servers[0].url
        with contextlib.suppress(httpx.TransportError):
            if self._refused(self.client.post(url + path, data=form)):
                self.client.post(url + "/connexion", data={"identifiant": "agent@ville.fr", "mot_de_passe": PASSWORD})
                self.client.post(url + path, data=form)

    @staticmethod
    def _refused(answer: httpx.Response) -> bool:
        return answer.status_code in (401, 403) or "/connexion" in answer.headers.get("location", "")
