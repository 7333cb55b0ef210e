"""The doors people use: web pages and the command line."""
