"""cmflow: a community manager's whole working week in one git repository."""

__version__ = "0.1.0"
