"""The screen: Textual widgets over the core, speaking in messages."""
