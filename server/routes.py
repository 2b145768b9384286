"""Every door of the portal, room by room."""

from typing import Any

from server.accounts.desk import ROUTES as ACCOUNTS_DESK
from server.accounts.routes import ROUTES as ACCOUNTS
from server.bookings.desk import ROUTES as BOOKINGS_DESK
from server.bookings.routes import ROUTES as BOOKINGS
from server.desk.routes import ROUTES as DESK
from server.documents.desk import ROUTES as DOCUMENTS_DESK
from server.documents.routes import ROUTES as DOCUMENTS
from server.families.desk import ROUTES as FAMILIES_DESK
from server.families.routes import ROUTES as FAMILIES
from server.health.desk import ROUTES as HEALTH_DESK
from server.health.routes import ROUTES as HEALTH
from server.home.routes import ROUTES as HOME
from server.messages.desk import ROUTES as MESSAGES_DESK
from server.messages.routes import ROUTES as MESSAGES
from server.notices.routes import ROUTES as NOTICES

ROUTES: list[Any] = [
    *ACCOUNTS,
    *ACCOUNTS_DESK,
    *HOME,
    *HEALTH,
    *HEALTH_DESK,
    *FAMILIES,
    *FAMILIES_DESK,
    *BOOKINGS,
    *BOOKINGS_DESK,
    *DOCUMENTS,
    *DOCUMENTS_DESK,
    *DESK,
    *NOTICES,
    *MESSAGES,
    *MESSAGES_DESK,
]
