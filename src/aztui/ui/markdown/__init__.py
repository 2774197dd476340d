"""Markdown laid out in rows while it arrives: text in, lines out.

Of the widgets it knows only what has no screen: rows, where they break, and how a text is cut.
"""
