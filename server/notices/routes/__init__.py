"""The doors of notices: the bell, what is told and where, the devices that ring, the development mailbox.

A folder of its own: pages for people, and the doors a page's script knocks at, have little in common.
"""

from server.notices.routes.bell import ROUTES as BELL
from server.notices.routes.devices import ROUTES as DEVICES
from server.notices.routes.mailbox import ROUTES as MAILBOX
from server.notices.routes.settings import ROUTES as SETTINGS

ROUTES = [*BELL, *SETTINGS, *DEVICES, *MAILBOX]
