"""The family's doors to health: a folder, a file for each page of a child's health."""

from server.health.routes.file import ROUTES as FILE
from server.health.routes.forms import ROUTES as FORMS
from server.health.routes.people import ROUTES as PEOPLE
from server.health.routes.plans import ROUTES as PLANS
from server.health.routes.sheet import ROUTES as SHEET

ROUTES = [*FILE, *SHEET, *FORMS, *PEOPLE, *PLANS]
