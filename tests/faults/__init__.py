"""What goes wrong, on purpose: a run dies, is refused or gets no answer at every step there is, alone and in pairs.

The judge is the fake network's own list of posts. `python -m tests.faults` tries thousands and says what it found.
"""
