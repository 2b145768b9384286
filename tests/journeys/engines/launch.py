"""How each of the two engines is started on a profile folder, and what must be installed for it."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from tests.journeys.engines.wire import OverHttp, OverMarionette, Refused, Wire
from tests.ports import free_port

HERE = Path(__file__).parent
DEBIAN_PYTHON = "/usr/bin/python3"  # the one that sees Debian's gi

T = TypeVar("T")


class Running(Protocol):
    """A browser that has been started."""

    wire: Wire

    def close(self) -> None:
        """In good order, as a parent closes it."""

    def kill(self) -> None:
        """kill -9: nothing is written any more."""


class Firefox:
    """Firefox ESR, headless, over its own socket."""

    PREFERENCES: dict[str, Any] = {  # noqa: RUF012  (read only)
        "marionette.port": 0,
        "intl.accept_languages": "fr-FR",
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "app.normandy.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "browser.region.network.url": "",
        "services.settings.server": "data:,none",
        "extensions.systemAddon.update.enabled": False,
        "browser.safebrowsing.provider.mozilla.updateURL": "",
        "dom.push.serverURL": "",
    }

    def __init__(self, profile: Path, *, private: bool = False, preferences: dict[str, Any] | None = None) -> None:
        profile.mkdir(exist_ok=True)
        port = profile / "MarionetteActivePort"
        port.unlink(missing_ok=True)
        wanted = {**self.PREFERENCES, "browser.privatebrowsing.autostart": private, **(preferences or {})}
        lines = (f"user_pref({_js(name)}, {_js(value)});\n" for name, value in wanted.items())
        (profile / "user.js").write_text("".join(lines))
        self._process = subprocess.Popen(
            ["firefox-esr", "--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile",
             str(profile)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "MOZ_HEADLESS_WIDTH": "390", "MOZ_HEADLESS_HEIGHT": "844", "TZ": "Europe/Paris"},
        )  # fmt: skip
        _until(lambda: port.exists() and port.read_text().strip() != "", "Firefox")
        self.wire = OverMarionette(int(port.read_text()))

    def close(self) -> None:
        try:
            self.wire.end()
            self._process.wait(30)
        except (OSError, AssertionError, Refused, subprocess.TimeoutExpired):
            self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)


class WebKit:
    """WebKitGTK, in a window of ours on a screen nobody sees."""

    def __init__(self, profile: Path, screen: str, *, private: bool = False) -> None:
        profile.mkdir(exist_ok=True)
        self._profile = profile
        port = free_port()
        quiet = {"DISPLAY": screen, "NO_AT_BRIDGE": "1", "LIBGL_ALWAYS_SOFTWARE": "1", "TZ": "Europe/Paris"}
        self._driver = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"],
            env={**os.environ, **quiet}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started = [str(HERE / "webkit_window.py"), str(profile), *(["private"] if private else [])]
        options = {"webkitgtk:browserOptions": {"binary": DEBIAN_PYTHON, "args": started}}
        self.wire = _until(lambda: _session(f"http://127.0.0.1:{port}", options), "WebKitWebDriver")

    def close(self) -> None:
        try:
            self.wire.end()
        except (OSError, Refused):
            self.kill()
        self._driver.terminate()
        self._driver.wait(10)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int((self._profile / "pid").read_text()), signal.SIGKILL)
        self._driver.kill()
        self._driver.wait(10)


def missing(engine: str) -> str:
    """What Debian would have to install for this engine; empty when all is there."""
    if engine == "firefox":
        return "" if shutil.which("firefox-esr") else "firefox-esr"
    programs = {"WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"}
    lacking = [package for program, package in programs.items() if not shutil.which(program)]
    gi = 'import gi; gi.require_version("Gtk", "3.0"); gi.require_version("WebKit2", "4.1")'
    if not Path(DEBIAN_PYTHON).exists() or subprocess.run([DEBIAN_PYTHON, "-c", gi], capture_output=True).returncode:
        lacking += ["python3-gi", "gir1.2-webkit2-4.1"]
    return " ".join(lacking)


def _session(driver: str, options: dict[str, Any]) -> OverHttp | None:
    with contextlib.suppress(ConnectionError, OSError):
        return OverHttp(driver, options)
    return None


def _until(attempt: Callable[[], T | None], who: str) -> T:
    for _ in range(300):
        if found := attempt():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{who} did not start")


def _js(value: str | int | bool) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
