"""`python -m aztui`."""

from aztui.cli import main

if __name__ == "__main__":
    main()
