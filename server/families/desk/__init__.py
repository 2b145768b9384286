"""The agents' doors to families: the inbox of requests, one request with all that helps to decide, adults' accounts."""

from server.families.desk.accounts import ROUTES as ACCOUNTS
from server.families.desk.custody import ROUTES as CUSTODY
from server.families.desk.imports import ROUTES as IMPORTS
from server.families.desk.inbox import ROUTES as INBOX
from server.families.desk.members import ROUTES as MEMBERS
from server.families.desk.one import ROUTES as ONE
from server.families.desk.ties import ROUTES as TIES

ROUTES = [*INBOX, *ONE, *ACCOUNTS, *IMPORTS, *TIES, *MEMBERS, *CUSTODY]
