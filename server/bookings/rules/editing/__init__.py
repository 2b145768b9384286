"""Rules as the fields of a plain form, and back.

A field is named after its place in the rule's JSON: `book.n`, `book.skip`, `book.lines.0.weekday`. The lines of a
table per weekday and of an earliest-of-several are rules themselves, under the name of their line.
"""
