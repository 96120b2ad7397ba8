"""Addresses of servers: cleaned, and as they are looked up or shown. Only this machine is spoken to in the clear."""

import unicodedata
from urllib.parse import urlsplit

from cmflow.content.destinations import LOCAL

HIDDEN = ("Cc", "Cf", "Zl", "Zp", "Zs")  # Unicode categories: control and format characters, spaces


def clean(written: str) -> str:
    """The address as far as its path; "" for one that cannot be used, or that holds a password."""
    import httpx

    try:
        parts, host = urlsplit(written), httpx.URL(written).host
        port = f":{parts.port}" if parts.port else ""
    except (httpx.InvalidURL, ValueError):
        return ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL)
    if not (safe and host and "%" not in host) or "@" in parts.netloc:
        return ""
    host_text = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host_text}{port}{parts.path.rstrip('/')}"


def opens(url: str) -> bool:
    """Whether people can open the address, and see where it leads: what is recorded appears on pages, and stays."""
    is_plain = not any(unicodedata.category(char) in HIDDEN for char in url)
    return is_plain and url.startswith(("https://", "http://")) and bool(clean(url))


def in_ascii(host: str) -> str:
    """The host, perhaps with a port, as it is looked up: `xn--…` where it has letters of other scripts."""
    import httpx

    return httpx.URL(f"https://{host}").netloc.decode()


def in_letters(host: str) -> str:
    """The host, perhaps with a port, as it would be shown to people."""
    import httpx

    url = httpx.URL(f"https://{host}")
    return url.host + (f":{url.port}" if url.port else "")


def origin(url: str) -> tuple[str, str]:
    """Scheme and host with its port, as they are looked up; no two servers have the same. ("", "") where it is none."""
    import httpx

    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return "", ""
    return parsed.scheme, parsed.netloc.decode()
