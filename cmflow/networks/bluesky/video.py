"""A video for a post on Bluesky: its video service makes it ready before the post exists, and gives it to the server.

https://docs.bsky.app/docs/tutorials/video, read 2026-11-29. A server that only this machine reaches cannot be given
anything: there, the video is a file like any other.
"""

from urllib.parse import quote, urlsplit

from cmflow.model import Media
from cmflow.model.errors import Denied, NotSent, Rejected
from cmflow.netkit import atproto
from cmflow.netkit.atproto import Ask, Json, Session
from cmflow.netkit.errors import RETRY
from cmflow.netkit.upload import Upload

SERVICE = "https://video.bsky.app"
GOOD_FOR = 30 * 60  # seconds in which the service may store the video on the account's server
PAUSES = (1, 1, 2, 2, 4, *[5] * 54)  # seconds between questions whether it is ready: 280 in all
FAILED, READY = "JOB_STATE_FAILED", "JOB_STATE_COMPLETED"
FAULTY = ("validation_failure", "encoding_failure", "pds_upload_unsupported_blob_size")
EXPORT = "Export it as MP4 with H.264 and AAC, and try again."
CONFIRM = "Confirm the account's e-mail address in Bluesky (Settings, Account): until then it may not upload videos."


def upload(session: Session, item: Media, file: Upload) -> Json:
    """The video as a record names it; NotSent where it is not ready in time, `Rejected` where it cannot be shown."""
    home = urlsplit(session.home)
    if home.scheme != "https":
        return _blob(item, session.ask(Ask("repo.uploadBlob", file=file, mime="video/mp4")).get("blob"))
    audience = f"did:web:{quote(home.netloc, safe='')}"
    until = int(session.clock()) + GOOD_FOR
    query = {"aud": audience, "lxm": "com.atproto.repo.uploadBlob", "exp": until}
    token = session.ask(Ask("server.getServiceAuth", params=query, needs=("token",)))["token"]
    job = _begun(session, item, file, token)
    for seconds in (*PAUSES, 0):
        if isinstance(job.get("blob"), dict):
            return _blob(item, job["blob"])
        _refuse(item, job)
        session.pause(seconds)
        ask = Ask("app.bsky.video.getJobStatus", params={"jobId": str(job.get("jobId"))}, address=SERVICE)
        job = {**job, **_status(session.judged(ask, session.request(ask, "")))}
    raise NotSent(f"Bluesky is still processing {item.path}.", RETRY)


def _begun(session: Session, item: Media, file: Upload, token: str) -> Json:
    """The job; where the service knows the video already, it says so as an error, with the job of that time."""
    session.hidden = (*session.hidden, token)
    name = item.path.rpartition("/")[2]
    query = {"did": session.did, "name": name}
    ask = Ask("app.bsky.video.uploadVideo", params=query, file=file, mime="video/mp4", address=SERVICE)
    answer = session.request(ask, token)
    if atproto.error(answer) == "already_exists":
        return _status(atproto.body(answer))
    if atproto.error(answer) == "unconfirmed_email":
        raise Denied("Bluesky does not accept videos from an account without a confirmed e-mail address.", CONFIRM)
    return _status(session.judged(ask, answer))


def _status(answer: Json) -> Json:
    """The service wraps a job in most of its answers, but not in that to an upload."""
    status = answer.get("jobStatus")
    return status if isinstance(status, dict) else answer


def _refuse(item: Media, job: Json) -> None:
    if job.get("state") != FAILED and job.get("jobId"):
        return
    why = str(job.get("message") or job.get("error") or "")[:200]
    message = f"Bluesky cannot use {item.path}" + (f": {why}" if why else ".")
    if job.get("error") == "unconfirmed_email":
        raise Denied(message, CONFIRM)
    if job.get("failureCode") in FAULTY:
        raise Rejected(message, EXPORT)
    raise NotSent(message, RETRY)


def _blob(item: Media, blob: object) -> Json:
    if not isinstance(blob, dict):
        raise NotSent(f"Bluesky does not confirm the upload of {item.path}.", RETRY)
    return blob
