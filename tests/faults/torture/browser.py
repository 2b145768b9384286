"""A phone that is a real Chromium, with the portal's own pages and worker; it takes the same orders as a NodePhone."""

import contextlib
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Error, Page, Playwright

from tests.faults.torture.phones import Journal
from tests.journeys.conftest import Phone
from tests.journeys.proxy import Proxy

WEEKS = "/planning?vue=quinzaine&jour=2026-11-16"
LIMIT = 6_000  # ms for a page in bad weather; the worker shows the shelf after 2.5 s

# Says what the page writes: "tried" when a record is put, "recorded" once its transaction is on the disk.
LISTEN = """() => {
  const seen = new Set();
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function heard(value, ...key) {
    if (this.name === "taps" && !seen.has(value.id)) {
      seen.add(value.id);
      const { id, account, square, want, seq, state, settled, at } = value;
      const line = { id, account, square, want, seq, waits: state !== "applied", quiet: settled === at };
      console.log("torture tried " + JSON.stringify(line));
      this.transaction.addEventListener("complete", () => console.log("torture recorded " + JSON.stringify(line)));
    }
    return put.call(this, value, ...key);
  };
}"""

QUEUE = """(account) => new Promise((resolve, reject) => {
  const asked = indexedDB.open("marelle");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const db = asked.result;
    const transaction = db.transaction(["taps", "meta"]);
    const all = transaction.objectStore("taps").getAll();
    const device = transaction.objectStore("meta").get("device");
    transaction.oncomplete = () => {
      db.close();
      resolve({ records: all.result.filter((record) => record.account === account), device: device.result });
    };
  };
})"""

TOUCH = """(id) => {
  const read = document.querySelector(`#tray [data-list=verdict] [data-square="${id.slice(2).replace(/-(\\d+)$/, ".$1")}"] [data-act=read]`);
  read?.click();
  const button = document.getElementById(id);
  if (!button) return "absent";
  if (!button.dataset.q && (button.dataset.s === "closed" || button.ariaDisabled === "true")) return "locked";
  button.click();
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  return "touched";
}"""

PAINT = """() => [...document.querySelectorAll("#calendar button.sq")].map((button) => (
  { square: button.value.split("~")[0], s: button.dataset.s, q: button.dataset.q || "" }))"""


class BrowserPhone:
    """Two tabs of one profile. Orders are carried out at once; what the weather forbids is left undone."""

    kind = "browser"

    def __init__(self, playwright: Playwright, folder: Path, proxy: Proxy) -> None:
        self.proxy, self.journal = proxy, Journal()
        self._phone = Phone(playwright, folder / "profile", proxy.url)
        self._pages: dict[str, Page] = {}
        self._answers: list[dict[str, Any]] = [{}]

    @property
    def alive(self) -> bool:
        return self._phone.context is not None

    def start(self) -> None:
        first = self._phone.open()
        assert self._phone.context
        self._phone.context.set_default_timeout(LIMIT)
        self._phone.context.add_init_script(f"({LISTEN})()")
        self._pages = {"1": self._heard(first)}

    def kill(self) -> None:
        if self.alive:
            self._phone.kill()
            self._pages = {}

    def order(self, what: str, **more: Any) -> int:
        answer: dict[str, Any] = {"status": 0, "owner": ""}
        with contextlib.suppress(Error):
            answer = getattr(self, f"_{what}")(**more) or answer
        self._answers.append(answer)
        return len(self._answers) - 1

    def wait(self, n: int) -> dict[str, Any]:
        return self._answers[n]

    def do(self, what: str, **more: Any) -> dict[str, Any]:
        return self.wait(self.order(what, **more))

    def _heard(self, page: Page) -> Page:
        page.on("console", self._note)
        return page

    def _note(self, message: ConsoleMessage) -> None:
        head, _, text = message.text.partition("{")
        if head.startswith("torture "):
            line = json.loads("{" + text)
            if line["waits"] or line["quiet"]:
                self.journal.lines.append({head.split()[1]: line})

    def _page(self, tab: str) -> Page:
        if tab not in self._pages:
            assert self._phone.context
            self._pages[tab] = self._heard(self._phone.context.new_page())
        return self._pages[tab]

    def _look(self, tab: str) -> dict[str, Any]:
        page = self._page(tab)
        answer = page.goto(self._phone.url + WEEKS)
        owner = page.locator('meta[name="marelle-account"]').get_attribute("content", timeout=1000)
        shown = page.locator("#calendar").count()
        page.evaluate("() => document.querySelector('#update:not([hidden]) [data-update]')?.click()")
        return {"status": answer.status if answer and shown else 0, "owner": owner if shown else ""}

    def _tap(self, tab: str, square: str, sync: bool = True) -> dict[str, Any]:
        child, session = square.rsplit(".", 1)
        page = self._page(tab)
        said = page.evaluate(TOUCH, f"q-{child}-{session}")
        page.wait_for_timeout(15)  # the console is heard
        return {"touched": said}

    def _enter(self, name: str, password: str) -> None:
        page, context = self._page("1"), self._phone.context
        assert context
        context.clear_cookies()
        page.goto(self._phone.url + "/connexion")
        page.get_by_label("Adresse e-mail", exact=False).fill(name)
        page.get_by_label("Mot de passe", exact=True).fill(password)
        page.get_by_role("button", name="Me connecter").click()
        page.wait_for_url(lambda url: "/connexion" not in url)

    def _wake(self, tab: str, force: bool = False) -> dict[str, Any]:
        page = self._page(tab)
        page.evaluate("() => dispatchEvent(new Event('online'))")
        page.evaluate("() => document.querySelector('#tray [data-act=send]')?.click()")
        page.wait_for_timeout(100)
        owner = page.locator('meta[name="marelle-account"]').get_attribute("content")
        waiting = [r for r in page.evaluate(QUEUE, owner)["records"] if r["state"] in ("pending", "sending", "auth")]
        return {"end": "later" if waiting else "empty"}

    def _shut(self, tab: str) -> None:
        page = self._page(tab)
        if len(self._pages) > 1:
            self._pages.pop(tab).close()
        else:
            page.reload()

    def _paint(self, tab: str) -> dict[str, Any]:
        page = self._page(tab)
        page.wait_for_timeout(300)
        return {"painted": page.evaluate(PAINT)}

    def _queue(self, account: str) -> dict[str, Any]:
        found: dict[str, Any] = self._page("1").evaluate(QUEUE, account)
        return found

    def _post(self, path: str, content: Any) -> None:
        page = self._page("1")
        page.evaluate(
            "([path, body]) => fetch(path, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })"
            ".then(() => 1, () => 0)",
            [path, json.dumps(content)],
        )

    def _pace(self, speed: int) -> None:
        """A browser lives at our pace."""

    def _clock(self, skew: int) -> None:
        """A browser has this machine's clock."""
