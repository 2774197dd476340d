"""What is wrong with the settings, in sentences."""

from __future__ import annotations


class SettingsError(Exception):
    """The settings cannot be used as they are.

    Its text is one sentence or a few, one a line: what is wrong, where it was found, what to
    do. It never holds a credential.
    """


class IncompleteError(SettingsError):
    """A profile lacks something that it cannot do without."""


class UnapprovedError(SettingsError):
    """A file says where requests go, and the credential is not that file's.

    Attributes:
        endpoint: the address they would go to: scheme, host and port.
        credential: the credential, by its source and not by its value.
    """

    def __init__(self, text: str, endpoint: str, credential: str) -> None:
        super().__init__(text)
        self.endpoint = endpoint
        self.credential = credential
