"""One suite per contract, run on everything that claims to keep it."""
