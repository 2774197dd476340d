"""The only rooms that talk to the openai SDK: clients, decoding, errors, the engine."""
