"""What each network will itself turn into links: web addresses, hashtags, mentions."""
