"""A content repository: read from a folder or a commit, with a cache of earlier results."""
