"""Decisions about documents: which are asked for, which still count, until when."""
