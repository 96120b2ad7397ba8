"""A content repository: read from a folder or a commit, with what was found out before."""
