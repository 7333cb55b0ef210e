"""Mails written by hand with the facts they state, and how well those are heard."""
