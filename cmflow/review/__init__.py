"""Review is a pull request: what a branch touches, as data, and as a comment that shows exactly what will go out.

`gather` makes the data where nothing is secret and nothing is trusted; `reading` takes it in where comments may be
written, as the input of a stranger; `comment` and `checks` say it on GitHub.
"""
