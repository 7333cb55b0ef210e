"""Say what a document or a message is, and how sure we are."""
