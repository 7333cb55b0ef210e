"""What we ask for, and sending it."""
