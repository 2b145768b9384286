"""Keys made at first start and kept in the data folder, readable by the server only."""

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


def portal_secret(data: str) -> bytes:
    """32 random bytes, drawn once: links in mails are made from it, so that the database alone can forge none."""
    return _drawn_once(Path(data) / "secret.key")


def _drawn_once(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(0o700, parents=True, exist_ok=True)
        _write_once(path, os.urandom(32))
    return path.read_bytes()


def push_key_file(data: str) -> Path:
    """The VAPID private key (RFC 8292), PEM; drawn once: a new one would silence every subscribed phone."""
    path = Path(data) / "vapid.pem"
    if not path.exists():
        path.parent.mkdir(0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        _write_once(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def push_public_key(data: str) -> str:
    """The public half as browsers take it: the uncompressed point in base64url without padding."""
    public = load_pem_private_key(push_key_file(data).read_bytes(), None).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _write_once(path: Path, content: bytes) -> None:
    """Two processes may start at once: the first one's key wins."""
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
