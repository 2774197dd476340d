"""Settings in layers, each value with its source, and where files live."""
