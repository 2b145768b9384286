"""The embedded database: its port in `engine`, its threads, and what each does with its connection."""
