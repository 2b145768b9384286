"""The agents' doors to health: lists of files and PAI, one child's file with what can be decided there."""

from server.health.desk.child import ROUTES as CHILD
from server.health.desk.lists import ROUTES as LISTS

ROUTES = [*LISTS, *CHILD]
