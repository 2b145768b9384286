"""A real mail server for the tests of what leaves by mail."""

from collections.abc import Iterator

import pytest

from tests.faults.notices.services import Handler, mail_server


@pytest.fixture
def handler() -> Iterator[Handler]:
    """What the server does with each mail, and the mails it got."""
    made = Handler()
    controller = mail_server(made)
    yield made
    controller.stop()
