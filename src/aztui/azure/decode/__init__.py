"""From bytes to events: pure, total, and without the SDK."""
