"""Unicode, as much of it as a test needs to go through."""


def characters() -> list[str]:
    """Every code point of planes 0, 1 and 14, where the characters differ, and the others' ends."""
    planes = [
        range(plane << 16, (plane + 1) << 16)
        if plane in {0, 1, 14}
        else (plane << 16, plane << 16 | 0xFFFD, plane << 16 | 0xFFFE, plane << 16 | 0xFFFF)
        for plane in range(17)
    ]
    return [chr(code) for plane in planes for code in plane]
