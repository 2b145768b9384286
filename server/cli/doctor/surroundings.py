"""What can be seen without a database: settings, folders, keys, backups."""

import ipaddress
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from server.adapters.keys import push_public_key
from server.adapters.ring import Keys, Unreadable
from server.adapters.vault import FILE, Vault
from server.cli.doctor.finding import Finding, fault, note, ok
from server.cli.rotation import existing_safe
from server.settings import Settings

LEAST_FREE = 500 * 1024 * 1024  # bytes on the volume of the data folder
OLDEST_BACKUP = timedelta(days=1, hours=2)  # a nightly one may take its time
LOCAL = ("localhost", "127.0.0.1", "::1")


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """What can be seen without a database."""
    yield ok(f"Settings can be read; the portal is in {settings.env} mode at {settings.url}.")
    yield from _address(settings)
    yield from _proxies(settings)
    yield from _folder(Path(settings.data))
    yield from _push_key(Path(settings.data) / "vapid.pem", settings)
    yield from _ring(Vault(Path(settings.data) / FILE), "health files", "rotate-health-key")
    yield from _ring(existing_safe(settings).keys, "documents", "rotate-documents-key")
    yield from _backups(settings)
    if settings.env == "demo":
        yield note("Demo mode: the demo logins and their printed password work; never put real families here.")
    if settings.worker == "off":
        yield note(
            "The kill switch is on (MARELLE_WORKER=off): no phone works without a network until it is off again."
        )


def _address(settings: Settings) -> Iterator[Finding]:
    if settings.env == "production" and urlsplit(settings.url).hostname in LOCAL:
        yield fault(f"MARELLE_PUBLIC_URL is {settings.url}: links in mails would lead families to their own telephone.")


def _proxies(settings: Settings) -> Iterator[Finding]:
    for entry in filter(None, (part.strip() for part in settings.trusted_proxies.split(","))):
        try:
            network = ipaddress.ip_network(entry, strict=False)
        except ValueError:
            if entry != "*":
                yield fault(f"MARELLE_TRUSTED_PROXIES names {entry!r}, which is no address: no proxy will be believed.")
            continue
        if network.prefixlen == 0 or (network.num_addresses > 2**16 and not network.is_private):
            yield fault(f"MARELLE_TRUSTED_PROXIES believes {entry}: nearly anybody can choose the address counted.")


def _folder(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield note(f"The data folder {folder} does not exist yet; `migrate` or `run` makes it.")
    elif not os.access(folder, os.W_OK):
        yield fault(f"The data folder {folder} cannot be written by this user.")
    elif (free := shutil.disk_usage(folder).free) < LEAST_FREE:
        yield fault(f"Only {free // 1024**2} MB are free on the volume of {folder}.")
    elif folder.stat().st_mode & 0o077:
        yield note(f"Others can look into the data folder {folder}: chmod 700 it.")


def _push_key(key: Path, settings: Settings) -> Iterator[Finding]:
    if not key.exists():
        return  # the database says whether somebody misses it
    if key.stat().st_mode & 0o077:
        yield fault(f"Others can read the push key {key}: chmod 600 it.")
    try:
        push_public_key(settings.data)
    except (OSError, ValueError):
        yield fault(f"The push key {key} cannot be read: put back the one kept with the backups.")


def _ring(keys: Keys, of: str, command: str) -> Iterator[Finding]:
    if not keys.file.exists():
        return  # the database, or the files, say whether somebody misses it
    if keys.file.stat().st_mode & 0o077:
        yield fault(f"Others can read the keys of the {of} {keys.file}: chmod 600 it.")
    try:
        ring = keys.ring
    except Unreadable:
        yield fault(f"The keys of the {of} {keys.file} cannot be read: put the file back from your copy.")
        return
    if len(ring.keys) > 1:
        yield note(f"The key of the {of} is being turned: finish with `python -m server {command}`.")


def _backups(settings: Settings) -> Iterator[Finding]:
    if not settings.backups:
        yield note("MARELLE_BACKUPS names no folder: nobody would notice if the nightly backups stopped.")
        return
    folder = Path(settings.backups)
    ages = [file.stat().st_mtime for file in folder.iterdir() if file.is_file()] if folder.is_dir() else []
    if not ages:
        yield fault(f"There is no backup in {folder}.")
        return
    age = datetime.now(UTC) - datetime.fromtimestamp(max(ages), UTC)
    hours = int(age.total_seconds() // 3600)
    if age > OLDEST_BACKUP:
        yield fault(f"The newest backup in {folder} is {hours} hours old: has the nightly one stopped?")
    else:
        yield ok(f"The newest backup is {hours} hours old.")
