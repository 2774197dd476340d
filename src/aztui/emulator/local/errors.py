"""What can keep the local model from answering; every text is a sentence for the user."""

from __future__ import annotations


class WeightsError(Exception):
    """The weights cannot be had, kept or removed."""


class LocalUnavailable(Exception):  # noqa: N818 - a state of this machine, not a mistake
    """The model cannot run here: no engine, or no weights that it could load."""
