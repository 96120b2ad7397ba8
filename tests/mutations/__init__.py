"""Damaged posts, plans, templates and ledgers, through the commands: never a stack trace, and nothing is sent.

`python -m tests.mutations 20000 --seed 1` tries as many as one likes; each is known by its seed and number.
"""
