"""`python -m tests.mutations 20000 --seed 1`: that many damaged files; `--only 1:77` repeats one trial."""

import argparse
import os
import sys
from collections import Counter

from tests.mutations import trial

SIZE = 100  # trials in one repository, one after another


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=1_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", default="", help="SEED:NUMBER of one trial")
    chosen = parser.parse_args()
    os.environ.update({"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"})
    names = [chosen.only] if chosen.only else trial.names(chosen.seed, chosen.number)
    kinds: Counter[str] = Counter()
    files = 0
    for start in range(0, len(names), SIZE):
        batch = names[start : start + SIZE]
        for finding in trial.attempts(batch):
            kinds[finding.fault] += 1
            print(f"── {finding.trial} {finding.paths} {' '.join(finding.words)}: {finding.fault}")
            print(finding.output, flush=True)
        files += sum(map(trial.size, batch))
        print(f"{files} damaged files, {kinds.total()} findings", file=sys.stderr, flush=True)
    print(f"{files} damaged files, {kinds.total()} findings: {dict(kinds)}")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
