from tests.servers.pds import pds

__all__ = ["pds"]
