"""A terminal playground for Azure OpenAI."""

__version__ = "0.1.0"
