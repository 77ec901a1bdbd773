"""What the program costs beside hand-written peers; nothing here is installed or runs in CI."""

from __future__ import annotations
