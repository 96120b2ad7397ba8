from tests.servers.appview import appview
from tests.servers.emulate import emulate, repository
from tests.servers.pds import pds

__all__ = ["appview", "emulate", "pds", "repository"]
