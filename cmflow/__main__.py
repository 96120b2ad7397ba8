"""The entry point: `cmflow`, or `python -m cmflow`. Apart from the commands: Ctrl-C while they load stays quiet."""

import gc
import sys

OFTEN = 100_000  # new objects after which Python looks for garbage: most of what a command makes, it keeps to its end


def main() -> None:
    gc.set_threshold(OFTEN)
    try:
        from cmflow.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    try:
        run()
    finally:
        gc.freeze()  # else Python looks for garbage among everything once more when it ends


if __name__ == "__main__":
    main()
