"""Reviewing a pull request: what a branch changes, as data and as a comment that shows exactly what will be published.

`gather` makes the data in a job without secrets, which is not trusted; `decode` reads it as untrusted input in a job
that may write comments; `comment` and `checks` format it for GitHub.
"""
