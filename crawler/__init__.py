"""What to fetch and how to read a page: sites, the spider, the reader, the command line."""
