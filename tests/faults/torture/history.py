"""Plays a plan: phones, outages, kills, agents; then the calm, after which nothing waits any more."""

import time
from pathlib import Path

from tests.faults.torture.events import HOLDERS, Phones, Played, TownHall
from tests.faults.torture.phones import NodePhone
from tests.journeys.live import ROOT
from tests.journeys.proxy import Proxy


class Player(Phones, TownHall):
    """One history under way."""

    def play(self) -> Played:
        """The whole of it; raises AssertionError when the calm does not come."""
        self.house.open()
        try:
            for n, who in enumerate(self.plan.phones):
                self.proxies[who] = Proxy(self.house.servers[n % len(self.house.servers)].port)
                self.phones[who] = self.make(who, self.folder / who, self.proxies[who])
                self._first_steps(who)
            for event in self.plan.events:
                getattr(self, f"_{event.what}")(event)
                time.sleep(self.dice.choice((0, 0, 0.005, 0.02)))
            self._calm()
        finally:
            for phone in self.phones.values():
                phone.kill()
            for proxy in self.proxies.values():
                proxy.stop()
        return self.played

    def _first_steps(self, who: str) -> None:
        phone = self.phones[who]
        phone.start()
        self._sign_in(who, HOLDERS[who])
        self._look_until_shown(who, HOLDERS[who])
        phone.do("look", tab="2")
        self._subscribe(who)

    def _calm(self) -> None:
        """The weather clears, everybody signs in once more, every queue empties, every screen is looked at."""
        for who in self.plan.phones:
            self.proxies[who].set("pass")
            self._awake(who).do("pace", speed=1)
        for who in self.plan.phones:
            for name in sorted(self.users[who], key=lambda name: name == HOLDERS[who]):  # its holder last
                self._empty(who, name)
        for who, phone in self.phones.items():
            self._look_until_shown(who, HOLDERS[who])
            self.played.screens[who] = phone.do("paint", tab="1")["painted"]
            self.played.journals[who] = phone.journal.lines
        self.house.settle()

    def _empty(self, who: str, name: str) -> None:
        phone, account = self.phones[who], self.house.ground.town.refs[name]
        self._look_until_shown(who, name, sign_in=True)
        for n in range(200):  # another tab or the worker may be sending
            if phone.do("wake", tab="1", force=True).get("end") == "empty":
                break
            time.sleep(0.02 if n < 50 else 0.2)
        kept = phone.do("queue", account=account)
        self.played.queues[who, name], self.played.devices[who] = kept["records"], kept["device"]
        if who == self.plan.browser:
            self.played.deaf = kept["device"]

    def _look_until_shown(self, who: str, name: str, sign_in: bool = False) -> None:
        """The calendar as the server has it now, however busy this machine is."""
        seen = {}
        for _ in range(12):
            if sign_in:
                self._sign_in(who, name)
            seen = self.phones[who].do("look", tab="1")
            if seen["status"] == 200 and seen["owner"] == self.house.ground.town.refs[name]:
                return
            sign_in = True
        raise AssertionError(f"phone {who} is not shown the calendar of {name}: {seen}")


def node_phone(who: str, folder: Path, proxy: Proxy, modules: Path = ROOT / "service_worker") -> NodePhone:
    """The usual phone, running the queue and courier found in `modules`."""
    return NodePhone(folder, proxy, modules)
