import subprocess
import sys

import pytest

from tests import ROOT
from tests.servers import PORTS

PROGRAM = "from tests.servers import free_port; print(free_port(), free_port(), flush=True); input()"


@pytest.mark.slow  # starts other Pythons
def test_who_looks_for_a_port_gets_one_that_nobody_else_gets() -> None:
    pipe, ports = subprocess.PIPE, list[int]()
    programs = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in "ab"
    ]
    for program in programs:
        assert program.stdout is not None
        ports += map(int, program.stdout.readline().split())
    for program in programs:
        program.communicate("\n")
    assert len(set(ports)) == 4 and set(ports) <= set(PORTS)
