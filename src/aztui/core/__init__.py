"""What a run is: pure data and pure functions, no screen, no network, no disk.

Only the standard library may be imported here.
"""
