"""Push, for good: Firefox subscribes, the deliver worker posts, Firefox decrypts and our worker shows it. WebKitGTK has none."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.engines.conftest import installed
from tests.journeys.engines.launch import Firefox
from tests.journeys.engines.phone import Phone
from tests.journeys.engines.push_service import PushService
from tests.journeys.engines.wire import OverMarionette
from tests.journeys.live import LiveServer
from tests.journeys.proxy import Proxy

SETTINGS = "/avis/reglages"
DECRYPTED = 100  # Firefox's word to its push service; 101 would say that it could not read the message


@pytest.fixture
def service() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.stop()


@pytest.fixture
def firefox(tmp_path: Path, live: LiveServer, proxy: Proxy, service: PushService) -> Iterator[Phone]:
    """A phone with Firefox, our push service behind it, and the deliver worker at work."""
    installed("firefox")
    live.restart(MARELLE_PUSH_HOSTS=service.host, MARELLE_PUBLIC_URL=proxy.url)
    live.start_deliver()
    phone = Phone("firefox", partial(Firefox, tmp_path / "profile", preferences=service.preferences()), proxy.url)
    yield phone
    phone.close()


def subscribed(phone: Phone, live: LiveServer) -> None:
    """Signed in, and the button pressed as a parent presses it."""
    phone.sign_in()
    phone.goto(SETTINGS)
    phone.ready()
    phone.until("!document.querySelector('[data-push-enable]').hidden")
    phone.click("[data-push-enable]")
    phone.says("[data-push-said]", "Ce téléphone recevra les avis")
    assert len(devices(live)) == 1


def devices(live: LiveServer) -> list[dict[str, Any]]:
    return live.rows("select endpoint from push_device")


def becomes(found: Callable[[], bool], live: LiveServer) -> None:
    for _ in range(300):
        if found():
            return
        time.sleep(0.1)
    raise AssertionError((live.folder / "deliver.log").read_text()[-2000:])


def click_the_notification(phone: Phone) -> None:
    """The thumb on it: without a desktop Firefox shows it in a small window of its own."""
    assert isinstance(phone.wire, OverMarionette)
    clicked = phone.wire.as_firefox("""
      const done = arguments[arguments.length - 1];
      const shown = [...Services.wm.getEnumerator("alert:alert")];
      for (const { document } of shown) document.getElementById("alertBox").click();
      done(shown.length);""")
    assert clicked == 1


def try_out(phone: Phone) -> None:
    """« Envoyer un avis d'essai »."""
    phone.click("form[action='/avis/essai'] button")


def test_a_notice_travels_encrypted_and_is_shown_by_firefox(
    firefox: Phone, live: LiveServer, service: PushService
) -> None:
    subscribed(firefox, live)
    assert [row["endpoint"] for row in devices(live)] == [f"http://{service.host}/push/{service.channels[0]}"]
    try_out(firefox)
    becomes(lambda: service.acknowledged == [(service.channels[0], DECRYPTED)], live)
    (message,) = service.posted
    assert message.headers["content-encoding"] == "aes128gcm"
    assert message.headers["authorization"].startswith("vapid t=")
    assert int(message.headers["ttl"]) > 0
    (notice,) = live.rows("select title, body from notice order by id desc limit 1")
    assert notice["title"].encode() not in message.body
    shown = "(await (await navigator.serviceWorker.ready).getNotifications()).map(({title, body, data}) => [title, body, data.navigate])"
    firefox.until(f"({shown}).length")
    ((title, body, address),) = firefox.run(f"return {shown}")
    assert title == notice["title"]
    assert body
    assert address.startswith(firefox.url)
    click_the_notification(firefox)
    firefox.until("location.href === args[0]", address)


@pytest.mark.parametrize("engine", ["webkit"], indirect=True)
def test_webkitgtk_has_no_push_and_the_page_offers_none(phone: Phone) -> None:
    phone.sign_in()
    phone.goto(SETTINGS)
    phone.ready()
    assert phone.run("return 'PushManager' in window || 'pushManager' in await navigator.serviceWorker.ready") is False
    assert phone.hidden("[data-push-enable]")


def test_signing_out_takes_the_subscription_back(firefox: Phone, live: LiveServer, service: PushService) -> None:
    subscribed(firefox, live)
    firefox.goto("/compte")
    firefox.click("form[data-signout] button")
    firefox.until("location.pathname.startsWith('/connexion')")
    assert devices(live) == []
    becomes(lambda: service.channels == [], live)


def test_an_endpoint_that_is_gone_is_forgotten(firefox: Phone, live: LiveServer, service: PushService) -> None:
    subscribed(firefox, live)
    service.end_all()
    try_out(firefox)
    becomes(lambda: devices(live) == [], live)
    assert service.posted == []
