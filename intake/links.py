"""Links to files kept elsewhere (cloud shares): seen and listed for a person, never fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

_URL: Final = re.compile(r"https?://[^\s<>\"'\[\]{}|\\^`]{4,2000}", re.I)
_LINKS: Final = 200
#: Share hosts and what people call them; a host counts with everything below it.
_PROVIDERS: Final = {
    "drive.google.com": "Google Drive",
    "docs.google.com": "Google Drive",
    "dropbox.com": "Dropbox",
    "db.tt": "Dropbox",
    "1drv.ms": "OneDrive",
    "onedrive.live.com": "OneDrive",
    "sharepoint.com": "SharePoint",
    "sharefile.com": "ShareFile",
    "sharefile.eu": "ShareFile",
    "box.com": "Box",
    "wetransfer.com": "WeTransfer",
    "we.tl": "WeTransfer",
    "icloud.com": "iCloud",
    "egnyte.com": "Egnyte",
    "hightail.com": "Hightail",
    "citrixdata.com": "ShareFile",
}
#: Gateways that rewrite links, and the query field the real one stands in.
_WRAPPERS: Final = {"safelinks.protection.outlook.com": "url", "www.google.com": "q"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudLink:
    """One link to a file share: the link as it stands, its host in lower case, and the share's name."""

    url: str
    host: str
    provider: str


def cloud_links(text: str, html: str | None = None) -> tuple[CloudLink, ...]:
    """Return the share links of a text, each host and address once, in order.

    Give ``html`` too when the text was made from it: the text keeps a link's words, not its target.
    """
    found: dict[str, CloudLink] = {}
    for source in (text, (html or "").replace("&amp;", "&")):
        for match in _URL.finditer(source):
            link = _link(match.group(0).rstrip(".,;:!?)"))
            if link is not None:
                found.setdefault(link.url, link)
            if len(found) >= _LINKS:
                return tuple(found.values())
    return tuple(found.values())


def _link(url: str) -> CloudLink | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        field = next((name for wrapper, name in _WRAPPERS.items() if _below(host, wrapper)), None)
        inner = parse_qs(parts.query, max_num_fields=50).get(field, [""])[0] if field else ""
    except ValueError:
        return None
    if inner.startswith(("http://", "https://")):
        return _plain_link(inner)
    return _plain_link(url)


def _plain_link(url: str) -> CloudLink | None:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return None
    provider = next((name for share, name in _PROVIDERS.items() if _below(host, share)), None)
    return CloudLink(url=url[:2000], host=host, provider=provider) if provider else None


def _below(host: str, parent: str) -> bool:
    return host == parent or host.endswith("." + parent)
