"""A small sample site that ships with the package: what a newcomer crawls first, and what the tests crawl.

``articles/`` holds one text file an article, ``templates/`` the pages' markup (that of rmlt), ``mirror/`` the
pages of a hijacked mirror. ``pages`` renders them, ``server`` serves them on loopback, ``site`` declares
them as sites to crawl, and ``truth`` says, from the same sources, what a right crawl finds.
"""
