"""Markdown laid out in rows while it arrives: text in, lines out; no widget is known here."""
