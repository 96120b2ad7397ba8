"""What is done to a picture so that a network takes it, decided from its facts alone."""

from datetime import date

from cmflow.content.media import Facts
from cmflow.content.media.fit import LARGEST, changes, fits, is_scalable
from cmflow.model import Form
from cmflow.model.limits import Limit, Limits

PHOTO = Facts("image", "image/jpeg", 4000, 3000, size=3_000_000)


def limits(**changes: object) -> Limits:
    numbers = {name: Limit(value, "", "a test", date(2026, 11, 29)) if isinstance(value, int) else value
               for name, value in changes.items()}  # fmt: skip
    return Limits(text=(), form=lambda text: Form(text.chars), find=lambda body: (), **numbers)  # type: ignore[arg-type]


def test_what_fits_is_not_changed() -> None:
    assert fits(PHOTO, limits(image_bytes=3_000_000, image_pixels=12_000_000))
    assert changes(PHOTO, limits()) == ()


def test_each_limit_says_what_it_does() -> None:
    assert changes(PHOTO, limits(image_pixels=3_000_000)) == ("scaled to 2000×1500 pixels",)
    assert changes(PHOTO, limits(image_width=1440)) == ("scaled to 1440×1080 pixels",)
    assert changes(PHOTO, limits(image_edges=3500)) == ("scaled to 2000×1500 pixels",)
    assert changes(PHOTO, limits(image_bytes=2_000_000)) == ("made smaller than 2,000,000 bytes",)
    web = Facts("image", "image/webp", 400, 300)
    assert changes(web, limits(media_types=("image/png", "image/jpeg"))) == ("sent as JPEG or PNG",)
    assert changes(web, limits(media_types=("image/jpeg",))) == ("sent as JPEG",)


def test_a_photo_that_lies_on_its_side_is_measured_as_it_is_shown() -> None:
    assert changes(Facts("image", "image/jpeg", 4000, 3000, turned=True), limits(image_width=1500)) == (
        "scaled to 1500×2000 pixels",
    )


def test_what_cannot_be_made_to_fit() -> None:
    small = limits(image_bytes=10, image_pixels=10)
    for facts in (
        Facts("gif", "image/gif", 400, 300, frames=3, size=900),
        Facts("image", "image/png", 400, 300, frames=3, size=900),
        Facts("image", "image/jpeg", LARGEST, 2, size=900),
        Facts("video", "video/mp4", 400, 300, size=900),
    ):
        assert not is_scalable(facts, small)
        assert changes(facts, small) == ()
    assert not is_scalable(PHOTO, limits(media_types=("video/mp4",)))


def test_a_moving_picture_has_its_own_limit() -> None:
    moving = Facts("gif", "image/gif", 400, 300, frames=3, size=9_000_000)
    assert fits(moving, limits(image_bytes=5_000_000, gif_bytes=15_000_000))
    assert not fits(moving, limits(image_bytes=5_000_000))
