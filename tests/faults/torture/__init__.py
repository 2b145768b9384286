"""The torture: seeded histories of taps, kills and outages, at whose end the database is what a sequential model says."""
