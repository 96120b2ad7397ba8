"""What both the record of Bluesky and its adapter need."""

BATCH = 25  # posts that one question is about, AT Protocol lexicon app.bsky.feed.getPosts
