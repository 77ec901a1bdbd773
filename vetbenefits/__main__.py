"""Let `python -m vetbenefits` be the same program as `vetbenefits`."""

from __future__ import annotations

from vetbenefits.commands.app import main

if __name__ == "__main__":
    main()
