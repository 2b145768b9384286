"""The antivirus is asked in clamd's own words, and its silence is never taken for a yes."""

from pathlib import Path

import pytest

from server.adapters.antivirus import Clamd, Finding, TooLong, clamd_from
from server.adapters.undelivered import Down
from server.settings import BadSetting, settings_from_environment
from tests.clamd import clamd
from tests.papers import EICAR


def of(address: str) -> Clamd:
    found = clamd_from(address)
    assert found
    return Clamd(found.path, found.host, found.port, seconds=2.0)


async def test_a_clean_file_is_clean_over_a_port_and_over_a_socket(tmp_path: Path) -> None:
    for path in ("", str(tmp_path / "clamd.ctl")):
        async with clamd(path) as simulator:
            await of(simulator.address).ping()
            assert await of(simulator.address).scan([b"abc", b"", b"d" * 100_000]) == Finding(clean=True)
            assert simulator.seen == [b"abc" + b"d" * 100_000]


async def test_what_it_finds_is_named() -> None:
    async with clamd() as simulator:
        assert await of(simulator.address).scan([b"  ", EICAR]) == Finding(clean=False, name="Eicar-Test-Signature")


async def test_a_file_beyond_its_own_limit_is_neither_clean_nor_infected() -> None:
    async with clamd() as simulator:
        simulator.limit = 1_000
        with pytest.raises(TooLong, match="StreamMaxLength"):
            await of(simulator.address).scan([bytes(60_000)] * 200)


async def test_what_it_says_before_it_hangs_up_is_told() -> None:
    async with clamd() as simulator:
        simulator.mode = "hurried"
        with pytest.raises(Down, match="COMMAND READ TIMED OUT"):
            await of(simulator.address).scan([b"abc"])


@pytest.mark.parametrize("mode", ["garbage", "silent", "hurried"])
async def test_an_answer_that_is_none_is_no_yes(mode: str) -> None:
    async with clamd() as simulator:
        simulator.mode = mode
        antivirus = of(simulator.address)
        with pytest.raises(Down):
            await Clamd(antivirus.path, antivirus.host, antivirus.port, seconds=0.2).scan([b"abc"])


async def test_nobody_there_is_down(tmp_path: Path) -> None:
    for antivirus in (Clamd(path=str(tmp_path / "nowhere")), Clamd(host="127.0.0.1", port=1)):
        with pytest.raises(Down):
            await antivirus.scan([b"abc"])


@pytest.mark.parametrize("address", ["localhost", "tcp://", "unix:", "http://x"])
def test_an_address_that_is_none_stops_the_start(address: str) -> None:
    with pytest.raises(BadSetting, match="MARELLE_CLAMD"):
        settings_from_environment({"MARELLE_ENV": "demo", "MARELLE_CLAMD": address})
