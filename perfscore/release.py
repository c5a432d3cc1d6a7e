"""The installed version of perfscore."""

from __future__ import annotations


def version() -> str:
    """The installed version, or a word that says that it is not installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("perfscore")
    except PackageNotFoundError:
        return "(not installed)"
