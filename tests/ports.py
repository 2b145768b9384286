"""Ports for servers of the tests that must know theirs before they listen."""

import itertools
import os
import socket

# Below the ports that systems hand out by themselves (32768 and up, on macOS 49152): what another process is given
# between the choice and the listening, or while a server restarts on its port, is never the one chosen here. Test
# processes that run side by side begin elsewhere.
FIRST, COUNT = 20_000, 12_000
_steps = itertools.count()


def free_port() -> int:
    """A port of the loopback on which nobody listens."""
    for step in _steps:
        port = FIRST + (os.getpid() * 1009 + step) % COUNT
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable")
