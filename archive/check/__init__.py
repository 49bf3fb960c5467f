"""What may be wrong with an archive and with the crawls that fill it, and how each of it is found."""
