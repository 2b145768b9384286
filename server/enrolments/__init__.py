"""Who is enrolled in what."""
