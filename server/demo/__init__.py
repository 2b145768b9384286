"""The fictional town of Port-Clairval: its people, what it offers, what they have booked, and how to load it all."""
