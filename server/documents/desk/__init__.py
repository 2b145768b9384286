"""The agents' doors to documents: what waits, one document and its verdict, a family's, what is offered to all."""

from server.documents.desk.family import ROUTES as FAMILY
from server.documents.desk.files import ROUTES as FILES
from server.documents.desk.one import ROUTES as ONE
from server.documents.desk.pile import ROUTES as PILE
from server.documents.desk.town import ROUTES as TOWN

ROUTES = [*PILE, *TOWN, *ONE, *FILES, *FAMILY]
