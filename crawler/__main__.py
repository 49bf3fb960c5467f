"""``python -m crawler``: the command ``luntan`` without its console script."""

from crawler.cli import main

main(prog_name="luntan")
