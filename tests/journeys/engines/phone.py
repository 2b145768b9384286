"""A phone with another engine in it: what a parent does and sees there, the same words for Firefox and WebKitGTK."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.journeys.conftest import CONTROLLED_SOON, NOW, PASSWORD
from tests.journeys.engines.launch import Running
from tests.journeys.engines.wire import ELEMENT, Refused, Wire
from tests.journeys.squares import CALM, FREE, NEXT_WEEK

__all__ = ["NEXT_WEEK", "NOW", "Phone"]


class Phone:
    """One profile of one engine. `start` launches the browser on it."""

    def __init__(self, engine: str, start: Callable[[], Running], url: str) -> None:
        self.engine, self.url = engine, url
        self._start = start
        self._running: Running | None = None

    # the browser

    @property
    def wire(self) -> Wire:
        assert self._running, "the browser is closed"
        return self._running.wire

    def open(self, path: str | None = None) -> None:
        self._running = self._start()
        self.wire.ask("SetTimeouts", script=25_000, pageLoad=60_000)
        if path is not None:
            self.goto(path)

    def close(self) -> None:
        if self._running:
            self._running.close()
        self._running = None

    def kill(self) -> None:
        """SIGKILL to this browser, and to nothing else."""
        assert self._running
        self._running.kill()
        self._running = None

    # its window

    def goto(self, path: str) -> None:
        self.wire.ask("Navigate", url=self.url + path)

    def reload(self) -> None:
        """As a pull on the page does; WebDriver's own Refresh passes by the worker in Firefox."""
        self.run("window.leaving = true; setTimeout(() => location.reload())")
        self.until("!window.leaving && document.readyState === 'complete'")

    def back(self) -> None:
        self.wire.ask("Back")

    @property
    def path(self) -> str:
        return str(self.wire.ask("GetCurrentURL")).removeprefix(self.url)

    @contextlib.contextmanager
    def other_tab(self, path: str) -> Iterator[Callable[[bool], None]]:
        """A second tab at `path`, on screen; the value given chooses the other one (True) or the first (False)."""
        first = self.wire.ask("GetWindowHandle")
        second = self.wire.ask("NewWindow", type="tab")["handle"]

        def show(other: bool) -> None:
            self.wire.ask("SwitchToWindow", handle=second if other else first)

        show(True)
        self.goto(path)
        yield show

    # the page

    def run(self, script: str, *args: Any) -> Any:
        """The value of the body of an async function run in the page, given `args`."""
        body = f"""
          const done = arguments[arguments.length - 1];
          (async (...args) => {{ {script} }})(...[...arguments].slice(0, -1))
            .then((value) => done({{ value }}), (fault) => done({{ fault: `${{fault}}` }}));"""
        said = self.wire.ask("ExecuteAsyncScript", script=body, args=list(args))
        if said is None:
            raise Refused("the page was left before it answered")
        assert "fault" not in said, said["fault"]
        return said.get("value")

    def until(self, expression: str, *args: Any, seconds: float = 60) -> Any:
        """Wait for an expression of the page to be true; `args` are known to it as such. Its value."""
        end = time.monotonic() + seconds
        seen: Any = None
        while time.monotonic() < end:
            with contextlib.suppress(Refused):  # a page that is being replaced answers nothing
                seen = self.run(f"return {expression}", *args)
                if seen:
                    return seen
            time.sleep(0.05)
        raise AssertionError(f"{self.engine}: never true: {expression} {args}; at {self.path}: {self._story()}")

    def find(self, selector: str) -> str:
        return str(self.wire.ask("FindElement", using="css selector", value=selector)[ELEMENT])

    def click(self, selector: str) -> None:
        """A real click in the middle of the element, refused by the browser when something lies over it."""
        self.wire.ask("ElementClick", id=self.find(selector))

    def says(self, selector: str, text: str, seconds: float = 60) -> None:
        """The element is on screen and contains the text."""
        seen = "(node => node && node.getClientRects().length > 0 && node.textContent.replaceAll('\\u00a0', ' ').includes(args[1]))"
        self.until(f"{seen}(document.querySelector(args[0]))", selector, text, seconds=seconds)

    def hidden(self, selector: str) -> bool:
        return bool(self.run("return !document.querySelector(args[0])?.getClientRects().length", selector))

    def _story(self) -> Any:
        with contextlib.suppress(Refused, AssertionError):
            return self.run("""
              const known = await navigator.serviceWorker?.getRegistration();
              const worker = ["installing", "waiting", "active"].map((stage) => known?.[stage]?.state);
              return [document.readyState, worker, !!navigator.serviceWorker?.controller, document.body?.innerText.slice(0, 300)]""")
        return "no page"

    # the portal

    def sign_in(self, email: str = "parent@demo.marelle") -> None:
        """Once the worker has been born: WebKitGTK loses one, for good, whose page is left within its first second."""
        self.open("/connexion")
        self.until("(await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'")
        self.fill_sign_in(email)

    def fill_sign_in(self, email: str) -> None:
        for name, text in (("identifiant", email), ("mot_de_passe", PASSWORD)):
            self.run("document.querySelector(args[0]).value = ''", f"[name={name}]")
            self.wire.ask("ElementSendKeys", id=self.find(f"[name={name}]"), text=text)
        self.click("form.card button[type=submit]")
        self.until("!location.pathname.startsWith('/connexion') && document.readyState === 'complete'")

    def ready(self) -> None:
        """The worker runs and controls the page, loaded once more if it was on its way while the worker claimed the others."""
        self.until("(await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'")
        if not self.run(f"return await ({CONTROLLED_SOON})()"):
            self.reload()
            self.until("!!navigator.serviceWorker.controller")

    def free_ids(self, count: int, having: str = "") -> list[str]:
        """The ids of the first free squares on the page, of those whose spoken name contains `having`."""
        squares = f"[...document.querySelectorAll('{FREE}')].filter((one) => one.textContent.includes(args[0]))"
        return list(
            self.until(
                f"({squares}.length >= args[1]) && {squares}.slice(0, args[1]).map((one) => one.id)", having, count
            )
        )

    def shows(self, id_: str, q: str) -> None:
        self.until("document.getElementById(args[0])?.dataset.q === args[1]", id_, q)

    def tap(self, id_: str) -> None:
        self.click(f"#{id_}")

    def waits(self, id_: str) -> None:
        self.shows(id_, "pending")

    def booked(self, id_: str, state: str = "booked") -> None:
        """The server's verdict is painted, and nothing waits on this square any more."""
        settled = f"(square => square?.dataset.s === args[1] && !square.matches('{CALM}'))"
        self.until(f"{settled}(document.getElementById(args[0]))", id_, state)
