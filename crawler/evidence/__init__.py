"""Evidence: every response as received, in WARC/1.1 files beside the archive; writing, mending, reading."""
