"""Make the corpora and train the shipped models from them."""
