"""Problems of pictures and videos."""

from cmflow.problems.code import Code, E, W

MEDIA = (
    Code("alt-missing", E, "A picture or video has no description (alt text).",
         "Screen readers have nothing to read for it. Alt text is also shown where the picture does not load.",
         "Say in a sentence what it shows. The plan decides whether this is required: `rules: {alt_text: no}`.",
         "media:\n  - file: content/media/team.png\n    alt: Six people laughing round a table"),
    Code("alt-too-long", E, "The description of a picture is longer than the network allows.",
         "The network refuses the picture, or cuts the description.",
         "Shorten `alt:`; put long explanations into the text."),
    Code("media-missing", E, "The file of a picture or video does not exist.",
         "The post would go out without it, or not at all.",
         "Correct the path (upper and lower case matter), or add the file to the repository.",
         "media:\n  - file: content/media/team.png"),
    Code("media-unreadable", E, "The file is there, but it is not a picture or video that can be read.",
         "A damaged or half-copied file is refused by every network when it is published.",
         "Open the file; export it again as PNG, JPEG or MP4."),
    Code("media-tells-place", W, "The picture or video says where it was taken.",
         "Phones write it into each photo. cmflow removes it from what it sends, but not from the file in the "
         "repository, from what a person posts by hand, or from the site's copies: they may show where someone lives.",
         "Remove it before you commit the file, with an image editor or `exiftool -gps:all= -xmp:geotag= FILE`. "
         "If the place may be public, leave it: this is a warning."),
    Code("media-outside", E, "The picture or video lies outside the repository.",
         "Only what is in the repository can be reviewed, and is there when the post is sent.",
         "Copy the file to content/media/ and name it from there.",
         "content/media/team.png"),
    Code("media-type", E, "The network does not take files of this type.",
         "It refuses the post. cmflow converts a picture to JPEG or PNG where that is enough; it cannot do so with "
         "videos and moving pictures, or with what a person posts by hand.",
         "Export the file in one of the types that the message names."),
    Code("media-too-large", E, "The file is larger than the network allows: in bytes, in pixels or in seconds.",
         "The network rejects it, often without saying why. cmflow makes the pictures that it sends smaller; it cannot "
         "do so with videos and moving pictures, or with what a person posts by hand.",
         "Export it smaller; for a photo, JPEG at quality 85 is usually a tenth of a PNG."),
    Code("media-too-many", E, "There are more pictures or videos than one post may have there.",
         "The network rejects the post.",
         "Leave some out, or give this account its own list under `variants:`.",
         "variants:\n  x:\n    media:\n      - file: content/media/team.png\n        alt: The team"),
    Code("media-moves", W, "The picture is an animated WebP.",
         "Browsers play it; most networks do not: they show its first picture, or refuse the post.",
         "Export it as GIF, which networks play, or as MP4."),
    Code("subtitles-unused", W, "Subtitles of the post are not sent.",
         "They belong to a video, one file for each language.",
         "Put them below the video in `media:`, and give each file its own `language:`.",
         "media:\n  - file: content/media/talk.mp4\n    alt: The talk\n    subtitles:\n"
         "      - file: content/media/talk.fr.srt\n        language: fr"),
    Code("card-unused", W, "The post has a card, but no link for it.",
         "`card:` is what networks show of the `link:` if they do not read the page themselves.",
         "Add `link:`, or remove `card:`.",
         "link: https://example.org/a\ncard:\n  description: How cmflow keeps its promise.\n"
         "  picture: content/media/team.png"),
    Code("media-needed", E, "This network only takes posts with a picture or a video.",
         "It refuses a post of text alone.",
         "Add one under `media:`, or leave the account out with `skip: yes`.",
         "media:\n  - file: content/media/team.png\n    alt: The team"),
)  # fmt: skip
