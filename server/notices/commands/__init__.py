"""Writes about notices: telling, composing, claiming, recording, choosing."""

from server.notices.commands.telling import Event, tell, tell_account, tell_all, tell_no_more, tell_sign_in

__all__ = ["Event", "tell", "tell_account", "tell_all", "tell_no_more", "tell_sign_in"]
