"""Messages between families and departments; news, practical pages and menus for everybody."""
