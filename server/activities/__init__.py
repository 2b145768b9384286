"""What the town offers, and its calendar."""
