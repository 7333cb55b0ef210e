"""The computed requirements: each check is a small pure function of the case."""
