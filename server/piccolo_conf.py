"""What Piccolo's migration stream reads: the engine of DATABASE_URL and every room's tables."""

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine

from server.settings import settings_from_environment

_url = settings_from_environment().database_url

DB = (
    SQLiteEngine(path=_url.removeprefix("sqlite:///"), timeout=30)
    if _url.startswith("sqlite:///")
    else PostgresEngine(config={"dsn": _url})
)

APP_REGISTRY = AppRegistry(apps=["server.piccolo_app"])
