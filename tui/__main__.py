"""Where the program begins: `cloudtrail-tui` and `python -m tui`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the program; gives the exit code."""
    # Imports make no garbage worth looking for while the first screen waits for them.
    gc.disable()
    from tui.faults import Ending

    with Ending() as ending:
        from tui import cli

        ending.code = cli.run(sys.argv[1:])
    return ending.code


if __name__ == "__main__":
    sys.exit(main())
