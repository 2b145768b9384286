"""The doors to one's account: signing in and out, the account itself, links that came by mail.

A folder of its own: each of them is a small story with its own pages.
"""

from server.accounts.routes.account import ROUTES as ACCOUNT
from server.accounts.routes.care import ROUTES as CARE
from server.accounts.routes.code import ROUTES as CODE
from server.accounts.routes.forgotten import ROUTES as FORGOTTEN
from server.accounts.routes.links import ROUTES as LINKS
from server.accounts.routes.own_factor import ROUTES as OWN_FACTOR
from server.accounts.routes.own_photo import ROUTES as OWN_PHOTO
from server.accounts.routes.signing_in import ROUTES as SIGNING_IN
from server.accounts.routes.texts import ROUTES as TEXTS
from server.accounts.routes.wizard import ROUTES as WIZARD

ROUTES = [*SIGNING_IN, *ACCOUNT, *CARE, *LINKS, *FORGOTTEN, *TEXTS, *CODE, *OWN_FACTOR, *OWN_PHOTO, *WIZARD]
