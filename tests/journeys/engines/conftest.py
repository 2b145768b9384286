"""The other engines: each journey of this folder is walked in Firefox ESR and in WebKitGTK, where Debian's packages are."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.engines.launch import Firefox, Running, WebKit, missing
from tests.journeys.engines.phone import Phone
from tests.journeys.proxy import Proxy


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """A screen nobody sees: WebKitGTK has no headless mode."""
    if not shutil.which("Xvfb"):
        yield ""
        return
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert screen.stdout
    yield f":{screen.stdout.readline().decode().strip()}"
    screen.terminate()
    screen.wait(10)


@pytest.fixture(params=["firefox", "webkit"])
def engine(request: pytest.FixtureRequest) -> str:
    """The engine's name; without its packages its journeys are skipped, and that is said."""
    return installed(request.param)


def installed(engine: str) -> str:
    if lacking := missing(engine):
        pytest.skip(f"{engine} is NOT walked: Debian's packages {lacking} are not installed")
    return engine


# Walked by `make engines`: `make test` keeps to what would lose a tap or a parent's trust.
at_length = pytest.mark.skipif(os.environ.get("ENGINES") != "all", reason="at length: make engines")

PhoneMaker = Callable[..., Phone]


@pytest.fixture
def phones(engine: str, screen: str, tmp_path: Path, proxy: Proxy) -> Iterator[PhoneMaker]:
    """Makes phones of this engine that go through the proxy."""
    made: list[Phone] = []

    def make(name: str = "camille", *, private: bool = False) -> Phone:
        profile = tmp_path / f"profile-{name}"
        start: Callable[[], Running] = (
            partial(Firefox, profile, private=private)
            if engine == "firefox"
            else partial(WebKit, profile, screen, private=private)
        )
        made.append(Phone(engine, start, proxy.url))
        return made[-1]

    yield make
    for phone in made:
        phone.close()


@pytest.fixture
def phone(phones: PhoneMaker) -> Phone:
    return phones()
