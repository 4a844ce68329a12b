"""What maps are drawn on and how places become pixels; the pages and the API put things on it."""
