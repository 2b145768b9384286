"""`serve` and `run`: the application processes, and the deliver worker beside them."""

import os
import subprocess
import sys

import uvicorn

from server.cli.migrate import run_migrations
from server.cli.occupancy import occupying
from server.cli.readiness import obstacle
from server.settings import Settings, settings_from_environment


def serve(_: list[str]) -> int:
    """Serve until stopped; requests under way are finished."""
    return _serve(settings_from_environment())


def run(_: list[str]) -> int:
    """Everything a town hall or a curious person needs, in one command."""
    settings = settings_from_environment()
    if status := run_migrations(settings):
        return status
    if settings.env == "demo":
        subprocess.run([sys.executable, "-m", "server", "demo"], check=True)
    deliver = subprocess.Popen([sys.executable, "-m", "server", "deliver", "--with-parent"])
    try:
        return _serve(settings)
    finally:
        deliver.terminate()
        deliver.wait(10)


def _serve(settings: Settings) -> int:
    if sentence := obstacle(settings):
        print(sentence, file=sys.stderr)
        return 1
    os.environ.setdefault("DATABASE_URL", settings.database_url)
    with occupying(settings):
        uvicorn.run(
            "server.app:app_from_environment",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers if settings.workers > 1 else None,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,  # longer than the proxy in front keeps its own, or it meets closed connections
            timeout_graceful_shutdown=10,
            log_level="warning",
        )
    return 0
