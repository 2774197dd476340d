"""What is wrong with the settings, in sentences."""

from __future__ import annotations


class SettingsError(Exception):
    """The settings cannot be used as they are.

    Its text is one sentence or a few, one a line: what is wrong, where it was found, what to
    do. It never holds a credential.
    """


class IncompleteError(SettingsError):
    """A profile lacks something that it cannot do without."""
