"""Files for a post: a server may work on one for a while before it can be posted."""

from pathlib import PurePosixPath

from cmflow.content import media
from cmflow.model import Media
from cmflow.model.errors import NotSent
from cmflow.netkit.errors import RETRY
from cmflow.netkit.media import facts_of
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import Upload
from cmflow.networks.mastodon.call import segment, text

PAUSES = (1, 1, 2, 4, 8, *[10] * 25)  # seconds between questions whether a file is ready: 266 in all
WORKING = (202, 206)  # the codes for a file that is not ready


def upload(api: ApiClient, file: Media, data: Upload) -> str:
    """The id of a file that is ready to be posted; raises `NotSent` where the server needs too long."""
    with data.open() as opened:
        files = {"file": (PurePosixPath(file.path).name, opened, _mime(data))}
        answer = api.ask("POST", "/api/v2/media", files=files, data={"description": file.alt})
    file_id = text(api, answer, "id")
    for seconds in PAUSES:
        if answer.status_code not in WORKING:
            return file_id
        api.pause(seconds)
        answer = api.ask("GET", f"/api/v1/media/{segment(file_id)}")
    if answer.status_code not in WORKING:
        return file_id
    raise NotSent(f"{api.title} is still processing {file.path}.", RETRY)


def _mime(data: Upload) -> str:
    """The type of a file that `check` has read; the server detects other types itself."""
    try:
        return facts_of(data).mime
    except media.Unreadable:
        return "application/octet-stream"
