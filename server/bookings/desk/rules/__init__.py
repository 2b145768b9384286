"""The agents' doors to the rules: the editor of one activity's draft, the year it would make, its publication.

A folder of its own: the editor and the year are two screens that share the form's words.
"""

from server.bookings.desk.rules.edit import ROUTES as EDIT
from server.bookings.desk.rules.year import ROUTES as YEAR

ROUTES = [*EDIT, *YEAR]
