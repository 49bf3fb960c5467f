"""What keeps a crawl from being led astray: whom it connects to, and how much of an answer it takes."""
