"""``python -m portal.cli`` is ``intake``."""

from portal.cli.main import main

main()
