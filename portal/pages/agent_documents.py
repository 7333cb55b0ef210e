"""The papers of a submission as its agent sees them, and an upload for all of it."""

from fastapi import APIRouter

router = APIRouter()
