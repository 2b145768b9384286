"""Histories of capacity: what many concurrent changes of one session answered, held against the sequential rule."""
