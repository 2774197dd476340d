"""A real language model that needs no account: its weights, its process, its dialect.

Nothing here imports `xllamacpp`, the engine; only the child process does.
"""
