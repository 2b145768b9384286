"""The agents' doors to families: the inbox of requests, and one request with all that helps to decide."""

from server.families.desk.inbox import ROUTES as INBOX
from server.families.desk.one import ROUTES as ONE

ROUTES = [*INBOX, *ONE]
