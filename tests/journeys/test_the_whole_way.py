"""The main job of the product, end to end: offline taps, verdicts, an agent's validation, and the phone rings.

The push service in the middle is ours (no network here), its phone keys are drawn in the test: what the deliver
worker really posted is decrypted with them (RFC 8291) and handed to the browser's worker as a push service would.
"""

import base64
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Phone, PhoneMaker
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy
from tests.journeys.squares import NEXT_WEEK, booked, free_ids, tap, waits

WEDNESDAYS = "/planning?vue=semaine&jour=2026-12-07"  # within the six weeks, before the seven days


class PushService:
    """Accepts what is posted for one phone, and can read it because it holds the phone's keys."""

    def __init__(self) -> None:
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.posted: list[dict[str, Any]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                plain = http_ece.decrypt(body, private_key=service.key, auth_secret=service.secret, version="aes128gcm")
                service.posted.append(
                    {"headers": {k.lower(): v for k, v in self.headers.items()}, "payload": json.loads(plain)}
                )
                self.send_response(201)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def subscription(self) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": encoded(point), "auth": encoded(self.secret)}
        return {"endpoint": f"http://{self.host}/push/phone", "keys": keys, "label": "Téléphone de test"}


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def push_service() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.server.shutdown()


def subscribe(page: Page, service: PushService) -> None:
    """What the page posts once a browser has subscribed."""
    status = page.evaluate(
        """async (body) => (await fetch("/avis/appareils", {method: "POST", headers: {"content-type": "application/json"},
           body: JSON.stringify(body)})).status""",
        service.subscription(),
    )
    assert status in (200, 201, 204)


def wait_until(page: Page, condition: Callable[[], Any]) -> None:
    """A minute at most for what the page or the worker behind it brings about; the browser goes on meanwhile."""
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        page.wait_for_timeout(50)


def ring(phone: Phone, payload: dict[str, Any]) -> list[dict[str, str]]:
    """Hand the decrypted message to the worker as a push service would; the notifications then shown."""
    assert phone.context
    phone.context.grant_permissions(["notifications"], origin=phone.url)
    page = phone.page
    session = phone.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(
            each["registrationId"]
            for each in event["registrations"]
            if not each.get("isDeleted")
            and each["scopeURL"].startswith(phone.url)  # the browser has workers of its own
        ),
    )
    session.send("ServiceWorker.enable")
    wait_until(page, lambda: found)
    message = {"origin": phone.url, "registrationId": found[-1], "data": json.dumps(payload)}
    shown = 0
    for _ in range(6):  # the permission just given may reach the worker after a first message
        session.send("ServiceWorker.deliverPushMessage", message)
        for _ in range(100):
            shown = page.evaluate("async () => (await (await navigator.serviceWorker.ready).getNotifications()).length")
            if shown:
                break
            page.wait_for_timeout(50)
        if shown:
            break
    assert shown
    return page.evaluate(
        """async () => (await (await navigator.serviceWorker.ready).getNotifications())
           .map(({title, body, data, tag}) => ({title, body, tag, data: JSON.stringify(data)}))"""
    )


def click(phone: Phone) -> None:
    """The thumb on the notification: headless Chromium has none, so the event is made in the worker."""
    assert phone.context
    phone.context.service_workers[0].evaluate(
        """async () => {
          const [notification] = await self.registration.getNotifications();
          self.dispatchEvent(new NotificationEvent("notificationclick", {notification}));
        }"""
    )


def test_three_taps_in_the_underground_three_verdicts_and_the_phone_rings(
    phones: PhoneMaker, proxy: Proxy, live: LiveServer, push_service: PushService
) -> None:
    live.restart(MARELLE_PUSH_HOSTS=push_service.host, MARELLE_PUBLIC_URL=proxy.url)
    live.start_deliver()
    phone = phones("camille")
    page = phone.sign_in()
    page.goto(phone.url + WEDNESDAYS)
    phone.ready()
    (wednesday,) = free_ids(page, 1, "mercredi 9")
    page.goto(phone.url + NEXT_WEEK)
    page.reload()
    page.wait_for_load_state("networkidle")
    first, second = free_ids(page, 2)
    subscribe(page, push_service)
    page.goto(phone.url + WEDNESDAYS)
    page.reload()
    page.wait_for_load_state("networkidle")

    proxy.set("refuse")
    tap(page, wednesday)
    waits(page, wednesday)
    page.goto(phone.url + NEXT_WEEK)
    for id_ in (first, second):
        tap(page, id_)
        waits(page, id_)
    phone.close()
    page = phone.open(NEXT_WEEK)
    waits(page, first)
    proxy.set("pass")
    page.evaluate("dispatchEvent(new Event('online'))")
    booked(page, first)
    booked(page, second)
    page.goto(phone.url + WEDNESDAYS)
    booked(page, wednesday, "requested")

    agent = phones("agent")
    desk = agent.sign_in("agent@demo.marelle")
    session_id = wednesday.rsplit("-", 1)[1]
    decide(desk, agent.url, live, session_id)
    page.goto(phone.url + WEDNESDAYS)
    booked(page, wednesday, "booked")

    def told() -> list[dict[str, Any]]:  # of that day: a reminder of another may come first
        return [each for each in push_service.posted if "2026-12-09" in json.dumps(each["payload"])]

    wait_until(page, told)
    assert told(), (live.folder / "deliver.log").read_text()
    message = told()[0]
    assert message["headers"]["ttl"] not in ("", "0")
    assert message["payload"]["web_push"] == 8030
    shown = ring(phone, message["payload"])
    assert [notice["title"] for notice in shown] == [message["payload"]["notification"]["title"]]
    assert "Lina" not in json.dumps(message["payload"])
    click(phone)
    page.wait_for_url("**/planning/jour/2026-12-09*")
    page.goto(phone.url + "/avis")
    expect(page.locator("main")).to_contain_text("9 décembre")


def decide(desk: Page, url: str, live: LiveServer, session_id: str) -> None:
    """The agent ticks the request of this session and accepts it."""
    (booking,) = live.rows(
        "select b.id from booking b join child c on c.id = b.child_id "
        "where b.session_id = ? and b.state = 'requested' and c.first_name = 'Lina' and c.last_name = 'Lefèvre'",
        int(session_id),
    )
    desk.goto(url + "/agent/demandes")
    desk.locator(f"#d-{booking['id']} input[type=checkbox]").check()
    desk.locator("button[name=verdict][value=accept]").first.click()
    decided = "select state from booking where id = ? and state <> 'requested'"
    wait_until(desk, lambda: live.rows(decided, booking["id"]))
    assert [row["state"] for row in live.rows(decided, booking["id"])] == ["booked"]
