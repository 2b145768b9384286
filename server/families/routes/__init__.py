"""The family's doors to its own file: declaring it, being linked to it, requests and their follow-up."""

from server.families.routes.custody import ROUTES as CUSTODY
from server.families.routes.declare import ROUTES as DECLARE
from server.families.routes.joining import ROUTES as JOINING
from server.families.routes.leaving import ROUTES as LEAVING
from server.families.routes.links import ROUTES as LINKS
from server.families.routes.members import ROUTES as MEMBERS
from server.families.routes.requests import ROUTES as REQUESTS

ROUTES = [*REQUESTS, *DECLARE, *MEMBERS, *LINKS, *JOINING, *LEAVING, *CUSTODY]
