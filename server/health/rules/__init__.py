"""Decisions about health files: what is asked, what is missing, and what that keeps a child from."""
