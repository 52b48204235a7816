"""Run the command line: `python -m voxvalley_privacy`."""

from .cli import main

if __name__ == "__main__":
    main()
