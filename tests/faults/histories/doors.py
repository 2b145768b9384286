"""Two doors to a session: the commands themselves through ports of our own, and a running server over HTTP."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx

from server.bookings.commands.capacity import change_capacity
from server.bookings.commands.decisions import decide_requests
from server.bookings.commands.judging import TapRequest
from server.bookings.commands.overriding import override
from server.bookings.commands.taps import apply_taps
from server.bookings.rules.taps import Tap as PhoneTap
from server.database import Busy, Database, open_database
from server.web.visitor import Visitor
from tests.desk import rows_of
from tests.faults.histories.furnish import NOW, Furnished
from tests.faults.histories.readings import answer_in, standing
from tests.faults.histories.rule import Answer, Decision, Look, Override, Resize, Tap, Wish
from tests.faults.histories.rush import Plan

BOOKINGS = "select b.id, c.ref from booking b join child c on c.id = b.child_id where b.session_id = $1"
WHY = "Décision de la mairie."


class CommandsDoor:
    """The commands, each through a port that nobody else uses meanwhile: as many transactions as there are ports.

    `around` may wrap a command: the negative control takes the locks out of its statements there.
    """

    accounts = 2

    def __init__(self, url: str, town: Furnished, ports: int, around: Callable[[Any], Any] = lambda work: work) -> None:
        self._town, self._around = town, around
        self.known_as = {1: town.town.accounts["owner"], 2: town.town.accounts["coguardian"]}
        self._all = [open_database(url) for _ in range(ports)]
        self._free: asyncio.Queue[Database] = asyncio.Queue()
        self._instant = 0

    async def __aenter__(self) -> Self:
        for port in self._all:
            await port.start()
            self._free.put_nowait(port)
        return self

    async def __aexit__(self, *_: object) -> None:
        for port in self._all:
            await port.stop()

    async def send(self, plan: Plan, wish: Wish, tap_id: str) -> Answer | None:
        port = await self._free.get()
        self._instant += 1
        try:
            return await self._told(port, plan, wish, tap_id)
        except Busy:
            return None
        finally:
            self._free.put_nowait(port)

    async def _told(self, port: Database, plan: Plan, wish: Wish, tap_id: str) -> Answer:
        now, town = NOW + timedelta(milliseconds=self._instant), self._town
        agent = town.town.visitor("agent")
        match wish:
            case Tap():
                request = TapRequest(self._parent(wish), phone_tap(plan, town, wish, tap_id), now)
                (told,) = await port.write(self._around(apply_taps), [request], now)
                return told.outcome, told.state, told.version, told.position
            case Override():
                key = (town.families[wish.child], town.ref(wish.child), plan.session, wish.state, WHY, wish.seen, now)
                done = await port.write(self._around(override), agent, *key)
                return done.outcome, done.state
            case Decision():
                picks = await picks_of(port, plan, wish)
                out = await port.write(self._around(decide_requests), agent, picks, wish.verdict, WHY, now)
                return out.requests, out.cancellations, out.promoted, len(wish.picks) - out.done
            case Resize():
                resized = await port.write(
                    self._around(change_capacity), agent, plan.session, wish.capacity, wish.seen, now
                )
                return resized.outcome, resized.promoted
            case Look():
                return await port.read(standing, plan.session, plan.children)

    def _parent(self, wish: Tap) -> Visitor:
        """One of the two accounts of the child's family."""
        account, family = self.known_as[wish.by], self._town.families[wish.child]
        return Visitor(account, "", "parent", "", "", frozenset(), 0, False, family, 0, 1)


def phone_tap(plan: Plan, town: Furnished, wish: Tap, tap_id: str) -> PhoneTap:
    """The wish as a phone says it; one without a device of its own comes from a phone never used before."""
    ref = town.ref(wish.child)
    return PhoneTap(tap_id, wish.device or tap_id, ref, plan.session, wish.want, "", wish.seq, wish.seen, None)


async def picks_of(db: Database, plan: Plan, wish: Decision) -> list[tuple[int, int]]:
    """The bookings' own numbers for the children picked: they exist, or nobody could have picked them."""
    ids = {row["ref"]: row["id"] for row in await db.read(rows_of, BOOKINGS, plan.session)}
    return [(ids[f"k{child}"], version) for child, version in wish.picks]


class HttpDoor:
    """A server's own doors, families' and agents', with real sessions. `db` only looks."""

    accounts = 1

    def __init__(self, url: str, town: Furnished, db: Database, connections: int = 64) -> None:
        self._town, self._db = town, db
        self.known_as: dict[int, int] = {}
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.AsyncClient(base_url=url, limits=limits, timeout=60)

    async def close(self) -> None:
        await self._client.aclose()

    async def send(self, plan: Plan, wish: Wish, tap_id: str) -> Answer | None:
        try:
            match wish:
                case Tap():
                    return await self._tap(plan, wish, tap_id)
                case Override():
                    return await self._override(plan, wish)
                case Decision():
                    return await self._decide(plan, wish)
                case Resize():
                    return await self._resize(plan, wish)
                case Look():
                    return await self._db.read(standing, plan.session, plan.children)
        except (httpx.TransportError, Busy):
            return None

    async def _tap(self, plan: Plan, wish: Tap, tap_id: str) -> Answer | None:
        tap = phone_tap(plan, self._town, wish, tap_id)
        wire = {"id": tap.id, "square": tap.square, "want": tap.want, "unit": None, "seq": tap.seq, "seen": tap.seen}
        body = {"account": f"acc{wish.child}", "device": tap.device, "taps": [{**wire, "at": 0}]}
        headers = {"cookie": f"marelle={self._town.tokens[wish.child]}"}
        answer = await self._client.post("/taps", json=body, headers=headers)
        if answer.status_code == 503:
            return None
        assert answer.status_code == 200, answer.text
        return answer_in(answer.json()["verdicts"][0])

    async def _post(self, path: str, form: dict[str, Any]) -> httpx.Response:
        headers = {"cookie": f"marelle={self._town.agent_token}"}
        answer = await self._client.post(path, data=form, headers=headers)
        if answer.status_code == 503:
            raise Busy("503")
        assert answer.status_code in (200, 303, 422), (answer.status_code, answer.text[:500])
        return answer

    async def _override(self, plan: Plan, wish: Override) -> Answer:
        path = f"/agent/familles/r{wish.child}/cases/{self._town.ref(wish.child)}.{plan.session}"
        answer = await self._post(path, {"etat": wish.state, "motif": WHY, "version": wish.seen})
        return ("done", wish.state) if answer.status_code == 303 else (_why_not(answer.text),)

    async def _decide(self, plan: Plan, wish: Decision) -> Answer:
        picks = [f"{booking}~{version}" for booking, version in await picks_of(self._db, plan, wish)]
        await self._post("/f/agent/demandes", {"choix": picks, "verdict": wish.verdict, "motif": WHY})
        return ()  # told in words only; what it did is in the other answers

    async def _resize(self, plan: Plan, wish: Resize) -> Answer:
        day = self._town.days[plan.session].isoformat()
        form = {"date": day, "places": wish.capacity, "vu": wish.seen}
        answer = await self._post(f"/agent/seances/{plan.session}/capacite", form)
        if answer.status_code == 303:
            return "done", int(parse_qs(urlsplit(answer.headers["location"]).query)["promus"][0])
        return (_why_not(answer.text),)


def _why_not(page: str) -> str:
    """Whether somebody was faster, or the rules said no."""
    return "conflict" if re.search("Modifiée? entre-temps", page) else "refused"
