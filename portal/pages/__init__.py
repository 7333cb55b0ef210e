"""A module a screen: each route takes a request, asks the records, and hands a view to a template."""
