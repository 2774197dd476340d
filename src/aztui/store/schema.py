"""The database's tables, and how those of an earlier version become today's.

A text is there once, however many runs sent or got it, and the earlier turns of a request are a
chain of which each link is there once too: so a conversation of a thousand turns takes no more than
its texts, though each of its requests sent all of those before it.

How many tokens a run took stands beside its record, where it can be added up: a day's figures are
read from an index alone. NULL is said of a run of which the service did not tell.

What is searched are the prompts and answers, in `said`: each under the moment at which its run was
sent, so that the search index is in the order of time, and what is found last comes first without
anything being sorted.
"""

from __future__ import annotations

from typing import Final

APPLICATION: Final = int.from_bytes(b"aztu")
"""Marks the file as one of ours (`PRAGMA application_id`)."""

TELL: Final = """
    INSERT INTO said (id, run, text)
    WITH told (at, run, number, text) AS (
        SELECT CAST(started * 1000000 AS INTEGER), id, -1, prompt FROM run
        UNION ALL
        SELECT CAST(started * 1000000 AS INTEGER), run, number, choice.text
        FROM choice JOIN run ON run.id = choice.run
    ), placed AS (
        SELECT *, row_number() OVER (ORDER BY at, run, number) AS place FROM told
    )
    SELECT place + max(at - place) OVER (ORDER BY place ROWS UNBOUNDED PRECEDING), run, text
    FROM placed ORDER BY place
"""
"""Fills `said`, which is empty, from the runs: each at its moment, or at the next one free."""

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """
        CREATE TABLE session (
            id INTEGER PRIMARY KEY,
            uid TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL DEFAULT '',
            begun REAL NOT NULL,
            used REAL NOT NULL
        ) STRICT
        """,
        "CREATE INDEX session_used ON session (used)",
        """
        CREATE TABLE text (
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            body TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE turn (
            id INTEGER PRIMARY KEY,
            before INTEGER REFERENCES turn,
            role TEXT NOT NULL,
            text INTEGER NOT NULL REFERENCES text,
            reasoning TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX turn_before ON turn (before, text)",
        "CREATE INDEX turn_text ON turn (text)",
        """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            uid TEXT NOT NULL UNIQUE,
            session INTEGER NOT NULL REFERENCES session,
            parent INTEGER REFERENCES run,
            started REAL NOT NULL,
            profile TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            api_version TEXT,
            api TEXT NOT NULL,
            deployment TEXT NOT NULL,
            turns INTEGER REFERENCES turn,
            prompt INTEGER NOT NULL REFERENCES text,
            params TEXT NOT NULL,
            owner TEXT,
            outcome TEXT,
            model TEXT NOT NULL DEFAULT '',
            record BLOB
        ) STRICT
        """,
        "CREATE INDEX run_session ON run (session)",
        "CREATE INDEX run_parent ON run (parent)",
        "CREATE INDEX run_prompt ON run (prompt)",
        "CREATE INDEX run_turns ON run (turns)",
        "CREATE INDEX run_open ON run (id) WHERE outcome IS NULL",
        """
        CREATE TABLE choice (
            run INTEGER NOT NULL REFERENCES run,
            number INTEGER NOT NULL,
            text INTEGER NOT NULL REFERENCES text,
            PRIMARY KEY (run, number)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX choice_text ON choice (text)",
        """
        CREATE TABLE journal (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run,
            entries BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX journal_run ON journal (run)",
        "CREATE VIRTUAL TABLE search USING fts5 (body, content = 'text', content_rowid = 'id')",
        """
        CREATE TRIGGER text_added AFTER INSERT ON text BEGIN
            INSERT INTO search (rowid, body) VALUES (new.id, new.body);
        END
        """,
        """
        CREATE TRIGGER text_removed AFTER DELETE ON text BEGIN
            INSERT INTO search (search, rowid, body) VALUES ('delete', old.id, old.body);
        END
        """,
    ),
    (
        "ALTER TABLE session ADD COLUMN draft TEXT",
        "ALTER TABLE session ADD COLUMN owner TEXT",
        "ALTER TABLE session ADD COLUMN lost INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE session ADD COLUMN remover TEXT",
        "CREATE INDEX session_removed ON session (remover) WHERE remover IS NOT NULL",
        "CREATE INDEX session_owned ON session (owner) WHERE owner IS NOT NULL",
        "CREATE INDEX session_left ON session (id) WHERE lost OR draft IS NOT NULL",
        "ALTER TABLE run ADD COLUMN bookmarked INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE run ADD COLUMN continues INTEGER NOT NULL DEFAULT 0",
        "DROP INDEX run_session",
        "CREATE INDEX run_session ON run (session, id, profile, deployment, outcome, started)",
        "DROP TRIGGER text_added",
        "DROP TRIGGER text_removed",
        "DROP TABLE search",
        """
        CREATE TABLE said (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run,
            text INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX said_run ON said (run)",
        """
        CREATE VIEW spoken (id, body) AS
            SELECT said.id, body FROM said JOIN text ON text.id = said.text
        """,
        """
        CREATE VIRTUAL TABLE search USING fts5 (
            body, content = 'spoken', content_rowid = 'id', prefix = '1 2 3'
        )
        """,
        """
        CREATE TRIGGER said_added AFTER INSERT ON said BEGIN
            INSERT INTO search (rowid, body) SELECT new.id, body FROM text WHERE id = new.text;
        END
        """,
        """
        CREATE TRIGGER said_removed AFTER DELETE ON said BEGIN
            INSERT INTO search (search, rowid, body)
                SELECT 'delete', old.id, body FROM text WHERE id = old.text;
        END
        """,
        TELL,
    ),
    (
        "ALTER TABLE run ADD COLUMN given INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE run ADD COLUMN counted INTEGER NOT NULL DEFAULT 0",
    ),
    (
        "ALTER TABLE run ADD COLUMN prompt_tokens INTEGER",
        "ALTER TABLE run ADD COLUMN completion_tokens INTEGER",
        "ALTER TABLE run ADD COLUMN cached_tokens INTEGER",
        """
        CREATE INDEX run_started ON run (
            started, session, outcome, profile, endpoint, deployment, model,
            prompt_tokens, completion_tokens, cached_tokens
        )
        """,
    ),
)
"""The statements that lead from each version to the next; the first from an empty file to 1."""

VERSION: Final = len(MIGRATIONS)
"""Today's `PRAGMA user_version`."""
