"""Where the program begins: `cloudtrail-tui` and `python -m tui`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Run the program; gives the exit code."""
    # Imports make no garbage worth looking for while the first screen waits for them.
    gc.disable()
    # Huge pages under columns that are filled bit by bit take memory that nobody uses: 15 MB in a
    # million events. numpy looks at this when it is loaded.
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    from tui.faults import Ending

    with Ending() as ending:
        from tui import cli

        ending.code = cli.run(sys.argv[1:])
    return ending.code


if __name__ == "__main__":
    sys.exit(main())
