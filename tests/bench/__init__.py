"""What the product costs beside the cheapest correct engines and the popular stack: ``python -m tests.bench``."""
