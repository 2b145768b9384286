"""Web push: the contract, and the real side through pywebpush, which only the deliver worker imports."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from server.adapters.undelivered import Down, Gone, Refused, Undelivered

LARGEST = 3993  # bytes of payload in the one record push services accept
SECONDS = 10  # to reach a service
ANSWER = 60  # for its answer: a slow one has taken the message, and whoever asks again rings twice


@dataclass(frozen=True)
class Push:
    """One message to one subscription."""

    endpoint: str
    p256dh: str
    auth: str
    payload: bytes
    ttl: int
    urgency: str
    topic: str


class PushSender(Protocol):
    """What the worker knows of push."""

    async def send(self, push: Push) -> None:
        """Hand the message to its push service. Raises Gone, Refused, Down or Undelivered."""

    async def close(self) -> None:
        """Let connections go."""


class WebPush:
    """The real push services, signed with the portal's key (VAPID)."""

    def __init__(
        self,
        key_file: Path,
        contact: str,
        may_call: Callable[[str], bool],
        seconds_until: Callable[[str], int | None],
        seconds: float = SECONDS,
        answer: float = ANSWER,
    ) -> None:
        """`may_call` says whether an endpoint is a push service; `seconds_until` reads a Retry-After header."""
        from py_vapid import Vapid

        self._key = Vapid.from_file(str(key_file))
        self._contact, self._may_call, self._seconds_until = contact, may_call, seconds_until
        self._seconds, self._answer = seconds, max(seconds, answer)
        self._session: Any = None

    async def send(self, push: Push) -> None:
        """See PushSender.send."""
        if not self._may_call(push.endpoint):
            raise Refused("not a push service we may call")
        if len(push.payload) > LARGEST:
            raise Refused(f"payload of {len(push.payload)} bytes, {LARGEST} at most")
        try:
            async with asyncio.timeout(self._answer):
                await self._post(push)
        except TimeoutError as error:
            raise Down(f"push service: no answer in {self._answer:g} s") from error

    async def close(self) -> None:
        """See PushSender.close."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, push: Push) -> None:
        import aiohttp
        from pywebpush import WebPushException, webpush_async

        self._session = self._session or aiohttp.ClientSession()
        try:
            await webpush_async(
                subscription_info={"endpoint": push.endpoint, "keys": {"p256dh": push.p256dh, "auth": push.auth}},
                data=push.payload,
                vapid_private_key=self._key,
                vapid_claims={"sub": self._contact},  # fresh each time: pywebpush writes the audience into it
                ttl=push.ttl,
                headers={
                    "urgency": push.urgency,
                    "topic": push.topic,
                    "content-type": "application/octet-stream",
                },
                timeout=aiohttp.ClientTimeout(total=self._answer, sock_connect=self._seconds),
                aiohttp_session=_Straight(self._session),
            )
        except WebPushException as error:
            raise self._meaning(error.status_code, error.retry_after, str(error.message)) from error
        except aiohttp.ClientError as error:
            raise Down(f"push service: {type(error).__name__}: {error}") from error

    def _meaning(self, status: int | None, retry_after: str | None, message: str) -> Undelivered:
        if status is None:  # pywebpush itself refused the subscription
            return Refused(message)
        if status in (404, 410):
            return Gone(f"push service: {status}")
        if status == 413:
            return Refused("push service: 413")
        if status == 429 or status >= 500:
            wait = self._seconds_until(retry_after or "") if status in (429, 503) else None
            return Down(f"push service: {status}", wait)
        return Undelivered(f"push service: {status}")


class _Straight:
    """The session, following no redirect: it would lead past the list of push services."""

    def __init__(self, session: Any) -> None:
        self._session = session

    async def post(self, url: str, **options: Any) -> Any:
        return await self._session.post(url, allow_redirects=False, **options)
