"""Reads about messages and pages, as plain frozen values."""
