"""What is stored for one mail when only the storing is measured: one message, five documents, three hundred facts."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

MESSAGE = "bench@agency.example"
DOCUMENTS = 5
FACTS = tuple(
    (f"locations[{number // 10}].field_{number % 10}", f"value {number}", 0.99, "widget") for number in range(300)
)
ASKS = tuple(
    f"Five years of loss runs for commercial auto, please: {2020 + number} is not there." for number in range(6)
)


def documents(number: int) -> list[tuple[Any, ...]]:
    """Return the document rows of one message."""
    return [(number, f"document {index}", "acord_125") for index in range(DOCUMENTS)]


def empty_database(path: Path) -> Path:
    """Make the three tables in a fresh SQLite file, kept as the product keeps its own."""
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE messages (id INTEGER PRIMARY KEY, message_id TEXT NOT NULL);
        CREATE TABLE documents (message INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL);
        CREATE TABLE facts (message INTEGER NOT NULL, field TEXT NOT NULL, value TEXT, confidence REAL, method TEXT,
                            UNIQUE (message, field));
        """
    )
    connection.close()
    return path
