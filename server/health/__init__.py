"""Health: the child's sheet, vaccinations, consents and PAI, sealed at rest, every reading of them noted."""
