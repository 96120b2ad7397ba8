"""Small strict servers of the networks, in memory: a callable for `httpx.MockTransport` with a list of posts.

Each refuses what the real one refuses, in its words, and shows in `posts` what a reader would see there. None needs a
test runner, a clock or a file. Their answers pass the networks' own descriptions in the tests of the adapters.
"""
