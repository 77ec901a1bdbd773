"""Find the rules, schema and examples that come with the program.

In a checkout they lie at the top of the repository; in an installed package they lie inside it.
This file refuses to know what is in them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped_folder(name: str) -> Path:
    """Return the folder `name` (`rules`, `schema` or `examples`) that came with the program.

    The packaged folder wins, since a package that holds one was built from a whole checkout.

    Raises:
        FileNotFoundError: neither the package nor the checkout has it; the installation is broken.
    """
    places = [_PACKAGE / "_shipped"]
    # Beside an installed package lie other people's packages, and one may be called `examples`.
    if (_PACKAGE.parent / "pyproject.toml").is_file():
        places.append(_PACKAGE.parent)
    for place in places:
        folder = place / name
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder `{name}` that comes with vetbenefits is missing")
