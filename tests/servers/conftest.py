from tests.servers.appview import appview
from tests.servers.pds import pds

__all__ = ["appview", "pds"]
