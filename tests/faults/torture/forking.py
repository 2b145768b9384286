"""The forking process of nursery.py: the program imported once, then orders in, pids and exit statuses out."""

import importlib
import json
import os
import sys
import traceback
from typing import Any

PRELOADED = (
    *("server.__main__", "server.app", "server.cli.deliver", "uvicorn.protocols.http.httptools_impl"),
    *("uvicorn.loops.uvloop", "uvicorn.lifespan.on", "asyncpg", "aiosmtplib", "pywebpush", "email.mime.multipart"),
)


def _serve_orders() -> None:
    """The forking process itself: orders in, pids and exit statuses out."""
    sys.path[0] = os.getcwd()  # the tree to run, not the folder of this script
    for name in PRELOADED:
        importlib.import_module(name)
    for text in sys.stdin:
        order = json.loads(text)
        answer = _status(order["poll"]) if "poll" in order else _fork(order)
        print(json.dumps(answer), flush=True)


def _status(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _fork(order: dict[str, Any]) -> int:
    if pid := os.fork():
        return pid
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(order["environment"])
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        main = sys.modules["server.__main__"].main
        status = main(order["start"])
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    _serve_orders()
