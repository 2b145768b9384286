"""Guards run where the request runs: the framework would take a plain function to a thread and back, at each request."""

import inspect

from server.routes import ROUTES


def test_no_guard_and_no_door_is_sent_to_a_thread() -> None:
    guards = {guard for handler in ROUTES for guard in handler.guards or ()}
    assert len(guards) > 5
    assert [guard for guard in guards if not inspect.iscoroutinefunction(guard)] == []
    assert [handler.handler_name for handler in ROUTES if not inspect.iscoroutinefunction(handler.fn)] == []
