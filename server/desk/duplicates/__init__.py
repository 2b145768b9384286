"""Children entered twice: the likely pairs, two files side by side, joining them or saying that they are two."""
