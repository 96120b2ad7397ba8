"""Services that count the visits of a website, one file for each."""
