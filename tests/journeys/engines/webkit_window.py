"""A WebKitGTK browser that keeps its profile: run by Debian's own Python as `webkit_window.py <folder> [private]`.

MiniBrowser under automation forgets everything at its end, so it could be neither reopened nor killed to any purpose.
"""

import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402  (the versions are chosen first)

folder, private = sys.argv[1], sys.argv[2:] == ["private"]

if private:
    data = WebKit2.WebsiteDataManager.new_ephemeral()
else:
    data = WebKit2.WebsiteDataManager(base_data_directory=folder, base_cache_directory=folder)
    data.get_cookie_manager().set_persistent_storage(f"{folder}/cookies", WebKit2.CookiePersistentStorage.SQLITE)
context = WebKit2.WebContext.new_with_website_data_manager(data)
context.set_automation_allowed(True)
context.set_preferred_languages(["fr-FR"])


def window(*_):
    """One more view, of a phone's size."""
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    frame = Gtk.Window(default_width=390, default_height=844)
    frame.add(view)
    frame.show_all()
    view.connect("close", lambda _: frame.destroy())
    return view


def begin(_, session):
    """The driver has come."""
    about = WebKit2.ApplicationInfo()
    about.set_name("MarelleTest")
    about.set_version(WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
    session.set_application_info(about)
    session.connect("create-web-view", window)


context.connect("automation-started", begin)
with open(f"{folder}/pid", "w") as file:
    file.write(str(os.getpid()))
Gtk.main()
