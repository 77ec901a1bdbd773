"""The snapshot fixture and the amounts of random examples.

`snapshot(text)` compares with a file beside the test, `snapshot(text, at=path)` with a file of your
choice (a golden case, a generated page of docs/). `--snapshot-update` rewrites what differs, and
`git diff` is then the review. `--snapshot-clean`, on a whole run, deletes what no test asked for.

A snapshot holds nothing that depends on the machine or the release: versions, the checkout and the
test's own folder are masked. Dates are not, since no code below the commands may ask for today.

Tests leave `max_examples` alone: the profile sets it, a few hundred by default and 20,000 in the
nightly run (`--hypothesis-profile=nightly`).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import vetbenefits

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOTS = "__snapshots__"

# Derandomised: the default run gives the same answer to everybody. The nightly one goes exploring.
settings.register_profile("default", max_examples=300, deadline=None, derandomize=True)
settings.register_profile(
    "nightly",
    max_examples=20_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("default")

_VERSION_OF = re.compile(
    r"\b(vetbenefits|Python|polars|pandas|pyarrow|pydantic)([ =]+v?)\d+(?:\.\d+)+\w*"
)
_USED: pytest.StashKey[set[Path]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the two flags."""
    group = parser.getgroup("snapshot")
    group.addoption("--snapshot-update", action="store_true", help="rewrite snapshots that differ")
    group.addoption("--snapshot-clean", action="store_true", help="delete snapshots no test used")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be done right: a worker does not know which snapshots the others used."""
    config.stash[_USED] = set()
    if config.getoption("--snapshot-clean") and config.getoption("numprocesses", default=None):
        raise pytest.UsageError("--snapshot-clean needs a run without --numprocesses")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Delete unused snapshots, if asked to and only after a run in which all tests passed."""
    if not session.config.getoption("--snapshot-clean") or exitstatus != pytest.ExitCode.OK:
        return
    used = session.config.stash[_USED]
    for path in sorted((ROOT / "tests").rglob(f"{SNAPSHOTS}/*")):
        if path not in used:
            path.unlink()


def mask(text: str, *folders: tuple[Path, str]) -> str:
    """Replace versions and the given folders by their labels, the longest folder first."""
    for folder, label in sorted(folders, key=lambda pair: -len(str(pair[0]))):
        text = text.replace(str(folder), label)
    text = _VERSION_OF.sub(r"\1\2<version>", text)
    version = re.escape(vetbenefits.__version__)
    return re.sub(rf"(?<![\w.]){version}(?![\w.])", "<version>", text)


class Snapshot:
    """Compares text with a stored file; made anew for each test."""

    def __init__(self, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        self._config = request.config
        self._folders = ((ROOT, "<checkout>"), (tmp_path, "<tmp>"))
        self._calls = 0
        test_file = Path(request.path)
        safe_name = re.sub(r"[^\w.-]+", "_", request.node.name).strip("_")
        self._home = test_file.parent / SNAPSHOTS
        self._stem = f"{test_file.stem}-{safe_name}"

    def __call__(self, text: str, *, at: Path | None = None) -> None:
        """Assert that the masked text is what the file holds, or make it so under the flag.

        Without `at`, each call of one test has a file of its own, numbered from the second on.
        """
        path = at or self._next_path()
        self._config.stash[_USED].add(path)
        actual = mask(text, *self._folders)
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        stored = path.read_bytes().decode("utf-8") if path.is_file() else None
        if stored == actual:
            return
        if self._config.getoption("--snapshot-update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual.encode("utf-8"))
            return
        assert stored is not None, f"no snapshot {shown} yet; `make golden` writes it"
        assert actual == stored, f"{shown} differs; if the new text is right: `make golden`"

    def _next_path(self) -> Path:
        self._calls += 1
        number = f"-{self._calls}" if self._calls > 1 else ""
        return self._home / f"{self._stem}{number}.txt"


@pytest.fixture
def snapshot(request: pytest.FixtureRequest, tmp_path: Path) -> Snapshot:
    """Compare a text with the one that was reviewed and stored."""
    return Snapshot(request, tmp_path)
