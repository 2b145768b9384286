"""The family's doors to documents: what to send, what was sent, what is there to download."""

from server.documents.routes.files import ROUTES as FILES
from server.documents.routes.pages import ROUTES as PAGES
from server.documents.routes.sending import ROUTES as SENDING

ROUTES = [*PAGES, *SENDING, *FILES]
