"""Only push services are called: the address comes from a browser, and could name our own network."""

import pytest

from server.notices.rules.endpoints import are_keys, is_push_service
from tests.commands.notices.office import AUTH, P256DH

GOOD = [
    "https://fcm.googleapis.com/fcm/send/abc:DEF_-123",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "https://web.push.apple.com/QGuk",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2f",
    "https://fcm.googleapis.com:443/fcm/send/abc",
]
BAD = [
    "http://fcm.googleapis.com/fcm/send/abc",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evil.example/fcm.googleapis.com/",
    "https://evil-notify.windows.com/x",
    "https://notify.windows.com/x",
    "https://fcm.googleapis.com@127.0.0.1/x",
    "https://127.0.0.1#@fcm.googleapis.com/x",
    "https://127.0.0.1\\@fcm.googleapis.com/x",
    "https://user:pw@fcm.googleapis.com/x",
    "https://127.0.0.1/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/x",
    "https://localhost/x",
    "https://2130706433/x",
    "https://FCM.googleapis.com/x",
    "https://fcm.googleapis.com./x",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com/",
    "https://fcm.googleapis.com/a\r\nHost: evil",
    "https://fcm.googleapis.com/a b",
    "https://fcm.googleapis.com/é",
    " https://fcm.googleapis.com/x",
    "https://fcm.googleapis.com/x\n",
    "https:/fcm.googleapis.com/x",
    "//fcm.googleapis.com/x",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/x",
    "",
    "https://fcm.googleapis.com/" + "x" * 1000,
]


@pytest.mark.parametrize("endpoint", GOOD)
def test_known_push_services_are_called(endpoint: str) -> None:
    assert is_push_service(endpoint)


@pytest.mark.parametrize("endpoint", BAD)
def test_nothing_else_is(endpoint: str) -> None:
    assert not is_push_service(endpoint)
    assert not is_push_service(endpoint, "push.example:443, localhost:9999")


def test_a_setting_adds_services_by_host_and_port() -> None:
    further = "localhost:9999, 127.0.0.1:8081,push.ville.example"
    assert is_push_service("http://localhost:9999/x", further)
    assert is_push_service("http://127.0.0.1:8081/x", further)
    assert is_push_service("https://push.ville.example/x", further)
    assert not is_push_service("http://push.ville.example/x", further)  # in clear only inside this machine
    assert not is_push_service("http://localhost:9998/x", further)
    assert not is_push_service("http://localhost:9999/x")


def test_keys_are_a_point_of_the_curve_and_sixteen_bytes() -> None:
    assert are_keys(P256DH, AUTH)
    assert are_keys(P256DH + "=", AUTH + "==")
    moved = P256DH[:-2] + ("AA" if P256DH[-2:] != "AA" else "BA")
    for p256dh, auth in [
        (moved, AUTH), ("", AUTH), (P256DH, ""), (P256DH[:-4], AUTH), (P256DH, AUTH[:-2]), (AUTH, P256DH),
        ("A" * 87, AUTH), ("\u00e9" * 87, AUTH), (P256DH, "!" * 22), (P256DH * 9, AUTH),
    ]:  # fmt: skip
        assert not are_keys(p256dh, auth)
