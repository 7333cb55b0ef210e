"""Where a mailed link leads: a page that shows nothing personal, and the button that opens the list."""

from fastapi import APIRouter

router = APIRouter()
