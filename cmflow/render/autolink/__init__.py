"""The parts of a text that each network itself turns into links: web addresses, hashtags, mentions."""
