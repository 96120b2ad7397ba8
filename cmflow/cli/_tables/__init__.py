"""What commands print: tables and summaries for people, from values to lines."""
