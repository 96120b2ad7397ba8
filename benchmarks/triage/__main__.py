"""`python -m benchmarks.triage [--half tuned|held_out|both] [--untold] [--wrong]`"""

import argparse
from collections.abc import Sequence

from benchmarks.triage import examples, outcome, table


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.triage", description=__doc__)
    parser.add_argument("--half", choices=("tuned", "held_out", "both"), default="held_out")
    parser.add_argument("--untold", action="store_true", help="guess the language of each message")
    parser.add_argument("--wrong", action="store_true", help="list what triage gets wrong in the half for tuning")
    options = parser.parse_args(arguments)
    fitting = (example for example in examples() if options.half in ("both", example.half))
    outcomes = [outcome(example, not options.untold) for example in fitting]
    print(f"{len(outcomes)} messages ({options.half})\n")
    print(*table(outcomes), sep="\n")
    if options.wrong:
        for one in outcomes:
            if one.label != one.example.label and one.example.half == "tuned":
                print(f"{one.example.label} → {one.label}: {one.example.text}\n    {' '.join(one.reasons)}")


if __name__ == "__main__":
    main()
