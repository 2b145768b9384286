"""WebDriver's commands over the two wires browsers offer: HTTP (WebKitWebDriver) and Firefox's own socket (Marionette).

Both speak the W3C's commands, so a hundred lines here stand for two libraries: Debian ships no geckodriver, without which
Selenium cannot drive Firefox.
"""

import itertools
import json
import socket
from typing import Any, Protocol

import httpx

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the W3C's key of a reference to an element

# Name, method and address of a command over HTTP; {0} is its element.
ADDRESSES = {
    "Navigate": ("POST", "url"),
    "GetCurrentURL": ("GET", "url"),
    "Back": ("POST", "back"),
    "ExecuteAsyncScript": ("POST", "execute/async"),
    "FindElement": ("POST", "element"),
    "ElementClick": ("POST", "element/{id}/click"),
    "ElementSendKeys": ("POST", "element/{id}/value"),
    "NewWindow": ("POST", "window/new"),
    "SwitchToWindow": ("POST", "window"),
    "GetWindowHandle": ("GET", "window"),
    "SetTimeouts": ("POST", "timeouts"),
    "TakeScreenshot": ("GET", "screenshot"),
}


class Refused(Exception):
    """The browser's own error: its W3C code, then its words."""


class Wire(Protocol):
    """One session with one browser."""

    def ask(self, command: str, **options: Any) -> Any:
        """The command's value. Raises Refused, or OSError when the browser is gone."""

    def end(self) -> None:
        """Close the browser in good order."""


class OverHttp:
    """A session behind a driver that listens on HTTP."""

    def __init__(self, driver: str, capabilities: dict[str, Any]) -> None:
        self._http = httpx.Client(base_url=driver, timeout=60)
        made = self._send("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._session = f"/session/{made['sessionId']}"

    def ask(self, command: str, **options: Any) -> Any:
        method, address = ADDRESSES[command]
        path = f"{self._session}/{address.format(id=options.pop('id', ''))}"
        return self._send(method, path, options)

    def end(self) -> None:
        self._send("DELETE", self._session, {})

    def _send(self, method: str, path: str, options: dict[str, Any]) -> Any:
        try:
            answer = self._http.request(method, path, json=options if method == "POST" else None)
        except httpx.TransportError as error:
            raise OSError(str(error)) from error
        value = answer.json()["value"]
        if answer.status_code >= 400:
            raise Refused(f"{value['error']}: {value['message']}")
        return value


class OverMarionette:
    """A session on Firefox's socket: every packet is its length, a colon and JSON."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._reader = self._socket.makefile("rb")
        self._numbers = itertools.count(1)
        self._read()  # Firefox introduces itself
        self._send("WebDriver:NewSession", {"strictFileInteractability": True})

    def ask(self, command: str, **options: Any) -> Any:
        if command == "ExecuteAsyncScript":
            options["sandbox"] = None  # in the page itself, not beside it
        answer = self._send(f"WebDriver:{command}", options)
        return answer["value"] if isinstance(answer, dict) and set(answer) == {"value"} else answer

    def as_firefox(self, script: str, *args: Any) -> Any:
        """Run a script with the browser's own rights, for what no page may see (a notification on the desktop)."""
        self._send("Marionette:SetContext", {"value": "chrome"})
        try:
            return self.ask("ExecuteAsyncScript", script=script, args=list(args))
        finally:
            self._send("Marionette:SetContext", {"value": "content"})

    def end(self) -> None:
        self._send("Marionette:Quit", {"flags": ["eForceQuit"]})

    def _send(self, name: str, options: dict[str, Any]) -> Any:
        number = next(self._numbers)
        packet = json.dumps([0, number, name, options]).encode()
        self._socket.sendall(b"%d:%s" % (len(packet), packet))
        _, answered, error, value = self._read()
        assert answered == number, "an answer to another question"
        if error:
            raise Refused(f"{error['error']}: {error['message']}")
        return value

    def _read(self) -> Any:
        length = b""
        while (byte := self._reader.read(1)) != b":":
            if not byte:
                raise OSError("Firefox is gone")
            length += byte
        return json.loads(self._reader.read(int(length)))
