"""Where a push may be posted, and what a browser's keys must look like: both come from the client."""

import base64
import binascii
import re

HOSTS = frozenset({"fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"})
DOMAINS = (".notify.windows.com",)
LOOPBACK = frozenset({"127.0.0.1", "localhost"})

# One shape for every parser: nothing that two libraries could read as two different hosts.
SHAPE = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([1-9][0-9]{0,4}))?/([A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+)"
)
LONGEST = 1000

# NIST P-256: y² = x³ - 3x + b modulo p
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def is_push_service(endpoint: str, further: str = "") -> bool:
    """Whether `endpoint` belongs to a push service we may call; `further` is the setting push_hosts."""
    shape = SHAPE.fullmatch(endpoint) if len(endpoint) <= LONGEST else None
    if shape is None:
        return False
    scheme, host, port, _ = shape.groups()
    if f"{host}:{port or (443 if scheme == 'https' else 80)}" in _hosts(further):
        return scheme == "https" or host in LOOPBACK
    return scheme == "https" and port in (None, "443") and (host in HOSTS or host.endswith(DOMAINS))


def _hosts(further: str) -> frozenset[str]:
    names = (name.strip().lower() for name in further.split(","))
    return frozenset(name if ":" in name else f"{name}:443" for name in names if name)


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether these are a point of P-256 and a secret of 16 bytes, in base64url as browsers write them."""
    point, secret = _decoded(p256dh), _decoded(auth)
    return point is not None and secret is not None and len(secret) == 16 and _on_curve(point)


def _decoded(text: str) -> bytes | None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}={0,2}", text):
        return None
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except binascii.Error:
        return None


def _on_curve(point: bytes) -> bool:
    if len(point) != 65 or point[0] != 4:
        return False
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    return x < P and y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0
