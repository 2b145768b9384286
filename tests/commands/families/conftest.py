"""What joining two files takes: the vault, and each room's part."""

import pytest

from server.adapters.vault import Vault, vault_in
from server.bookings.commands.merging import BOOKINGS
from server.documents.commands.merging import DOCUMENTS
from server.enrolments.commands import ENROLMENTS
from server.families.commands.merging import Part
from server.health.commands.merging import health_part
from server.settings import Settings


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return vault_in(settings.data)


@pytest.fixture
def parts(vault: Vault) -> tuple[Part, ...]:
    return (BOOKINGS, ENROLMENTS, health_part(vault), DOCUMENTS)
