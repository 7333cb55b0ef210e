"""One item at a time: answer it, say that it does not exist, or upload what is asked."""

from fastapi import APIRouter

router = APIRouter()
