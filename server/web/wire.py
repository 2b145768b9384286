"""Words of ASGI that the wrappers around the application share."""

from typing import Any

Headers = list[tuple[bytes, bytes]]
# ASGI messages are plain dicts; the framework's typed ones would need a cast at every line.
Scope = Any
Message = Any
Receive = Any
Send = Any


async def send_whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """A whole answer in one go."""
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
