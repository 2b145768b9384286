"""Uploads larger than anything: refused before they are read, in flat memory, while families go on booking."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.conftest import NOW, PASSWORD
from tests.journeys.live import LiveServer
from tests.papers import photo

MEGABYTE = 1024 * 1024
ALLOWANCE = 24 * MEGABYTE  # of resident memory, for whatever a process grows by when it works


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveServer]:
    server = LiveServer(tmp_path, {"MARELLE_NOW": NOW})
    server.run("migrate")
    server.run("demo")
    server.start()
    yield server
    server.stop()


def signed_in(live: LiveServer) -> str:
    """The parent's cookie."""
    form = {"identifiant": "parent@demo.marelle", "mot_de_passe": PASSWORD}
    answer = httpx.post(f"{live.url}/connexion", data=form)
    assert answer.status_code == 303
    return answer.headers["set-cookie"].split(";")[0]


def resident(live: LiveServer) -> int:
    """Bytes the server holds."""
    status = Path(f"/proc/{live.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def left_over(live: LiveServer) -> list[Path]:
    return [path for path in (live.folder / "documents" / "incoming").glob("*") if path.is_file()]


def head(cookie: str, length: str, live: LiveServer) -> bytes:
    return (
        f"POST /documents/fichiers?type=home_proof HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\nCookie: {cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\n{length}\r\n"
        "Sec-Fetch-Site: same-origin\r\nAccept: application/json\r\n\r\n"
    ).encode()


PART = b'--x\r\nContent-Disposition: form-data; name="fichier"; filename="a.jpg"\r\n\r\n'


def test_two_gigabytes_are_refused_at_once_and_200_megabytes_of_them_change_no_memory(live: LiveServer) -> None:
    cookie = signed_in(live)
    before, worst = resident(live), 0
    with socket.create_connection(("127.0.0.1", live.port), 20) as line:
        line.sendall(head(cookie, f"Content-Length: {2**31}", live) + PART)
        told = line.recv(4096)  # before the body: the answer does not wait for it
        assert told.startswith(b"HTTP/1.1 413")
        for _ in range(200):
            line.sendall(bytes(MEGABYTE))  # read and thrown away: the browser hears us all the same
            worst = max(worst, resident(live))
    assert worst - before < ALLOWANCE, f"{(worst - before) // MEGABYTE} MB more"
    assert left_over(live) == []


def test_a_body_that_grows_beyond_what_one_file_may_be_is_stopped_in_flat_memory(live: LiveServer) -> None:
    cookie = signed_in(live)
    before, worst = resident(live), 0
    with socket.create_connection(("127.0.0.1", live.port), 20) as line:
        line.sendall(head(cookie, f"Content-Length: {59 * MEGABYTE}", live) + PART)
        for _ in range(40):
            line.sendall(os.urandom(MEGABYTE))
            worst = max(worst, resident(live))
        assert line.recv(4096).startswith(b"HTTP/1.1 413")
    assert worst - before < ALLOWANCE, f"{(worst - before) // MEGABYTE} MB more"
    assert left_over(live) == []


def test_an_endless_body_without_a_length_is_refused(live: LiveServer) -> None:
    cookie = signed_in(live)
    with socket.create_connection(("127.0.0.1", live.port), 20) as line:
        line.sendall(head(cookie, "Transfer-Encoding: chunked", live) + b"5\r\nabcde\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 400")


def test_a_phone_that_dies_in_the_middle_leaves_no_file(live: LiveServer) -> None:
    cookie = signed_in(live)
    with socket.create_connection(("127.0.0.1", live.port), 20) as line:
        line.sendall(head(cookie, f"Content-Length: {5 * MEGABYTE}", live) + PART + os.urandom(MEGABYTE))
        while not left_over(live):
            time.sleep(0.05)
    while left_over(live):
        time.sleep(0.05)
    assert live.rows("select id from document where kind = 'home_proof' and sent_by is null") == []


async def _crowd(live: LiveServer, cookie: str) -> tuple[list[int], int]:
    """Twelve phones of one account that hang in the middle of their files, and somebody who opens the calendar."""
    lines = []
    for _ in range(12):
        reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
        writer.write(head(cookie, f"Content-Length: {5 * MEGABYTE}", live) + PART + bytes(1000))
        lines.append((reader, writer))
    async with httpx.AsyncClient(base_url=live.url, headers={"cookie": cookie}) as browser:
        page = await browser.get("/planning")
    told = []
    for reader, writer in lines:
        try:
            async with asyncio.timeout(2):
                told.append(int((await reader.read(4096)).split()[1]))
        except TimeoutError:
            told.append(0)  # still waited for
        writer.close()
    return told, page.status_code


async def test_one_account_cannot_take_all_the_places_and_pages_go_on(live: LiveServer) -> None:
    told, page = await _crowd(live, signed_in(live))
    assert page == 200
    assert sorted(told) == [0, 0, 0, *[503] * 9]


def test_a_killed_server_leaves_at_worst_a_draft_which_the_worker_sweeps(live: LiveServer) -> None:
    cookie = signed_in(live)
    with socket.create_connection(("127.0.0.1", live.port), 20) as line:
        line.sendall(head(cookie, f"Content-Length: {5 * MEGABYTE}", live) + PART + os.urandom(MEGABYTE))
        while not left_over(live):
            time.sleep(0.05)
        live.kill()
    (draft,) = left_over(live)
    os.utime(draft, (time.time() - 7200,) * 2)
    live.start_deliver()
    for _ in range(200):
        if not left_over(live):
            break
        time.sleep(0.1)
    assert left_over(live) == []
    live.start()
    answer = httpx.post(
        f"{live.url}/documents/fichiers?type=home_proof",
        files={"fichier": ("a.jpg", photo())},
        headers={"cookie": signed_in(live)},
    )
    assert answer.status_code == 303
