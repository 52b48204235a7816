"""Run the command line: `python -m voxvalley_privacy`."""

from voxvalley_privacy.cli import main

if __name__ == "__main__":
    main()
