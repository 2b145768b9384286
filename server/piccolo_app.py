"""The one Piccolo app of the portal: all rooms' tables, one migration stream."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

ROOMS = ("accounts", "notices", "families", "health", "activities", "enrolments", "bookings", "documents", "messages")

APP_CONFIG = AppConfig(
    app_name="marelle",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(modules=[f"server.{room}.tables" for room in ROOMS]),
)
