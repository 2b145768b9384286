"""Walking through the forms that carry files."""

import re

import httpx

from tests.papers import photo

HOME, ANYTHING = "type=home_proof", "type=other"
JSON = {"accept": "application/json"}


async def send(
    browser: httpx.AsyncClient, *files: tuple[str, bytes], to: str = f"/documents/fichiers?{HOME}", **fields: str
) -> httpx.Response:
    """A form with files, as a browser sends it."""
    parts = [("fichier", (name, body, "application/octet-stream")) for name, body in files]
    headers = JSON if fields.pop("json", "") else {}
    return await browser.post(to, data=fields, files=parts or {"fichier": ("", b"")}, headers=headers)


async def sent_ref(browser: httpx.AsyncClient, **fields: str) -> str:
    """The ref of a photo of a proof of residence that has just been sent."""
    answer = await send(browser, ("IMG_1.jpg", photo()), **fields)
    assert answer.status_code == 303, answer.text[-3000:]
    return await last_ref(browser)


async def last_ref(browser: httpx.AsyncClient) -> str:
    """The ref of what the family sent last, read from « Mes envois »."""
    found = re.search(r'<li id="d-([\w-]+)"', (await browser.get("/documents/envois")).text)
    assert found
    return found[1]
