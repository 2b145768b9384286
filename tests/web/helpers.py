"""Walking through the sign-in page as somebody of the cast, and what the answers of that page carry."""

import httpx

from tests.cast import PASSWORD


async def sign_in(client: httpx.AsyncClient, name: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
    """Sign `client` in by the form; `name` is a name of the cast (its user name), an e-mail or a number."""
    typed = {"identifiant": name, "mot_de_passe": password, **fields}
    return await client.post("/connexion", data=typed)


def cookie_of(response: httpx.Response) -> str:
    """The whole Set-Cookie line of an answer, or nothing."""
    return response.headers.get("set-cookie", "")
