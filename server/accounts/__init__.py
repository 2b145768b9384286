"""Who comes in: accounts, sign-in, devices."""
