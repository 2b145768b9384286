"""Pure decisions about days: the town's calendar, public holidays."""
