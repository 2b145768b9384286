"""Who gives the commands in the tests of the agents' half."""

import pytest

from server.web.visitor import Visitor
from tests.cast import Town
from tests.desk import agent_of


@pytest.fixture
def agent(town: Town) -> Visitor:
    """An agent of the town hall."""
    return agent_of(town)
