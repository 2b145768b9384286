"""Pure decisions about one square: when it opens and closes, and in which words."""
