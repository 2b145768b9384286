"""The wizards one comes in by: which are open, their pages, what is done when they end."""

from server.accounts.routes.wizard.activation import ROUTES as ACTIVATION
from server.accounts.routes.wizard.again import ROUTES as AGAIN
from server.accounts.routes.wizard.begin import ROUTES as BEGIN
from server.accounts.routes.wizard.disowning import ROUTES as DISOWNING
from server.accounts.routes.wizard.photo import ROUTES as PHOTO
from server.accounts.routes.wizard.steps import ROUTES as STEPS

ROUTES = [*BEGIN, *STEPS, *PHOTO, *ACTIVATION, *DISOWNING, *AGAIN]
