"""What is kept: sessions, runs and all that came of them, in one SQLite database."""
