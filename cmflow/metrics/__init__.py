"""Read figures of what was published, and keep them: what is due, the networks' answers, a person's own.

Nothing of it touches publishing: readings have a branch of their own, and what fails is read again by the next run.
Modules are imported by name: statistics read figures and contact no network.
"""
