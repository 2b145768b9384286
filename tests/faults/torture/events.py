"""What the events of a plan do: to a phone, and to the town hall. Each is a method named after its event."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cast import PASSWORD, PEOPLE
from tests.commands.notices.office import AUTH, P256DH
from tests.faults.torture.agent import Agent
from tests.faults.torture.house import House
from tests.faults.torture.plan import PEOPLE as HOLDERS
from tests.faults.torture.plan import PUSHED, Event, Plan
from tests.journeys.proxy import Proxy

OTHERS = {"owner": "coguardian"}  # who borrows a phone; anybody else's is borrowed by the owner
MakePhone = Callable[[str, Path, Proxy], Any]


@dataclass
class Played:
    """What is left of a history besides the database: what each phone said, shows and still keeps."""

    counts: Counter[str] = field(default_factory=Counter)
    journals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    screens: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # what each phone paints at the end
    queues: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)  # by phone and account name
    devices: dict[str, str] = field(default_factory=dict)
    deaf: str = ""  # the device whose taps may not all be in its journal: a killed browser's last words are lost


class Stage:
    """What is on: the plan, the town hall, the phones and their weather."""

    def __init__(self, plan: Plan, house: House, folder: Path, make: MakePhone) -> None:
        self.plan, self.house, self.make, self.folder = plan, house, make, folder
        self.dice = random.Random(plan.seed * 7 + 1)
        self.agent, self.played = Agent(house), Played()
        self.proxies: dict[str, Proxy] = {}
        self.phones: dict[str, Any] = {}
        self.users = {who: {HOLDERS[who]} for who in plan.phones}

    def _subscribe(self, who: str) -> None:
        """What a page does at its start: the town hall is told again where this phone rings."""
        if who in PUSHED:
            content = {"endpoint": f"http://{self.house.push.host}/{who}", "keys": {"p256dh": P256DH, "auth": AUTH}}
            self.phones[who].do("post", path="/avis/appareils", content=content | {"label": who})

    def _sign_in(self, who: str, name: str) -> None:
        self.users[who].add(name)
        self.phones[who].do("enter", name=PEOPLE[name], password=PASSWORD)

    def _awake(self, who: str) -> Any:
        """The phone, started again when it had been killed."""
        phone = self.phones[who]
        if not phone.alive:
            phone.start()
            for tab in "12":
                phone.do("look", tab=tab)
        return phone

    def _thumbs(self, who: str, count: int, tab: str = "1") -> None:
        """Taps that nobody waits for, a moment before something falls."""
        known = [square for event in self.plan.events if event.who == who for square in event.how.get("squares", ())]
        for _ in range(count if known else 0):
            self.phones[who].order("tap", tab=tab, square=self.dice.choice(known), sync=True)


class Phones(Stage):
    """What happens to a phone."""

    def _tap(self, event: Event) -> None:
        phone, how = self._awake(event.who), event.how
        orders = []
        for square in how["squares"]:
            orders.append(phone.order("tap", tab=how["tab"], square=square, sync=event.who != "c"))
            time.sleep(how["pause"] / 1000)
        for order in orders:
            phone.wait(order)

    def _look(self, event: Event) -> None:
        self._awake(event.who).do("look", tab=event.how["tab"])

    def _wait(self, event: Event) -> None:
        time.sleep(event.how["pause"] / 1000)

    def _weather(self, event: Event) -> None:
        self.proxies[event.who].set(event.how["mode"], event.how["delay"])
        self.played.counts["outage: " + event.how["mode"]] += event.how["mode"] != "pass"

    def _kill_phone(self, event: Event) -> None:
        phone = self._awake(event.who)
        self._thumbs(event.who, event.how["taps"], event.how["tab"])
        time.sleep(event.how["after"] / 1000)
        phone.kill()
        self.played.counts["kill -9: " + phone.kind] += 1

    def _shut_tab(self, event: Event) -> None:
        phone = self._awake(event.who)
        phone.do("shut", tab=event.how["tab"])
        phone.do("look", tab=event.how["tab"])
        self.played.counts["tab shut"] += 1

    def _phone_clock(self, event: Event) -> None:
        self._awake(event.who).do("clock", skew=event.how["hours"] * 3_600_000)
        self.played.counts["phone clock moved"] += 1

    def _expire(self, event: Event) -> None:
        account = self.house.ground.town.accounts[HOLDERS[event.who]]
        self.house.change(f"delete from sign_in where id in (select max(id) from sign_in where account_id = {account})")
        self.played.counts["session ended"] += 1

    def _enter(self, event: Event) -> None:
        """Its holder signs in again, where there is a network."""
        phone = self._awake(event.who)
        self.proxies[event.who].set("pass")
        self._sign_in(event.who, HOLDERS[event.who])
        phone.do("look", tab="1")
        self._subscribe(event.who)

    def _stranger_enters(self, event: Event) -> None:
        """Somebody else signs in on this phone, and may leave without signing out."""
        phone, other = self._awake(event.who), OTHERS.get(HOLDERS[event.who], "owner")
        self._sign_in(event.who, other)
        self.played.counts["other account on the phone"] += 1
        if event.how["looks"]:
            phone.do("look", tab="2")
        self._thumbs(event.who, 2, "2")
        if not event.how["stays"]:
            self._enter(event)


class TownHall(Stage):
    """What happens to the town hall."""

    def _storm(self, how: dict[str, Any]) -> None:
        awake = [who for who in self.plan.phones if self.phones[who].alive]
        for _ in range(how["taps"] if awake else 0):
            self._thumbs(self.dice.choice(awake), 1)
        time.sleep(how["after"] / 1000)

    def _fall(self, event: Event) -> None:
        how, house = event.how, self.house
        self._storm(how)
        for server in house.servers:
            server.kill() if how["way"] == "kill" else server.stop()
        self.played.counts["kill -9: server" if how["way"] == "kill" else "server restarted"] += 1
        if how["jump"]:
            house.jump(datetime.fromisoformat(how["jump"]["to"]) + timedelta(seconds=how["jump"]["seconds"]))
            house.kill_office()
            self.played.counts["kill -9: deliver"] += 1
            self.played.counts["town clock moved"] += 1
        house.build += how["update"]
        self.played.counts["update"] += how["update"]
        house.open_servers()
        if how["jump"]:
            house.open_office()

    def _kill_deliver(self, event: Event) -> None:
        time.sleep(event.how["after"] / 1000)
        self.house.kill_office()
        time.sleep(event.how["down"] / 1000)
        self.house.open_office()
        self.played.counts["kill -9: deliver"] += 1

    def _database_falls(self, event: Event) -> None:
        self._storm(event.how)
        self.house.restart_database()
        self.played.counts["PostgreSQL crashed"] += 1

    def _kill_process(self, event: Event) -> None:
        """One of the application processes falls; the others go on."""
        self._storm(event.how)
        self.house.servers[event.how["nth"]].kill()
        time.sleep(event.how["down"] / 1000)
        self.house.open_servers()
        self.played.counts["kill -9: one of two servers"] += 1

    def _decide(self, event: Event) -> None:
        self.agent.decide(**event.how)

    def _override(self, event: Event) -> None:
        self.agent.override(**event.how)

    def _capacity(self, event: Event) -> None:
        self.agent.capacity(**event.how)

    def _close_day(self, event: Event) -> None:
        self.agent.close_day(**event.how)
