"""An agent's list: what is asked, what we have, whose turn it is."""

from fastapi import APIRouter

router = APIRouter()
