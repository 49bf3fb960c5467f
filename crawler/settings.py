"""Scrapy settings of luntan: polite and safe defaults. ``-s NAME=VALUE`` changes any of them for one run."""

from __future__ import annotations

import os
import sys

from crawler.manners.contact import user_agent

BOT_NAME = "luntan"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
ADDONS = {"crawler.manners.identity.ContactAddon": 0}

# Where articles go; `luntan crawl` sets it from its argument.
ARCHIVE_PATH = "archive.db"
# An article is looked at again so many days after it was found; an empty list: never.
ARCHIVE_RECHECK_DAYS = [1, 3, 7, 30, 180]

# An honest name, and how to reach the one who crawls: a mail address or a web page.
CONTACT = os.environ.get("LUNTAN_CONTACT", "")
USER_AGENT = user_agent()
# A guest's manners: robots.txt obeyed, one request at a time a host, never less than a second apart, up to
# half as much again at random, and slower where the host is slow.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "luntan"
CRAWL_DELAY_MAX = 60.0
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0
HOST_DELAY_JITTER = 0.5
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.0
# A host rests for as long as it worked.
AUTOTHROTTLE_TARGET_CONCURRENCY = 0.5
AUTOTHROTTLE_MAX_DELAY = 60.0
# A host that answers 429 or 503 is paused, as long as it says or so many seconds, doubled each time; one
# that asks for more than the maximum, or refuses so many pages in a row, is left for this run.
HOST_PAUSE_START = 30.0
HOST_PAUSE_MAX = 900.0
HOST_MAX_REFUSALS = 6
# Hours of the day at which no request starts: "08:00-22:00" in Beijing, "22:00-06:00 Europe/Berlin".
QUIET_HOURS = ""
SCHEDULER_PRIORITY_QUEUE = "crawler.manners.queue.HostQueue"
REQUEST_FINGERPRINTER_CLASS = "crawler.fingerprints.AddressFingerprinter"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "zh-CN,zh;q=0.9",
}

# Only public addresses are connected to, but for these hosts: names, addresses, networks (10.0.0.0/8).
ALLOWED_PRIVATE_HOSTS: list[str] = []
TWISTED_DNS_RESOLVER = "crawler.safety.resolver.GuardedResolver"

# What a page may cost, packed or unpacked. The largest real article page seen has 0.4 MB.
DOWNLOAD_MAXSIZE = 10_000_000
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_VERIFY_CERTIFICATES = True
# So many list pages of a column are walked in one run; the next run goes on where it ended.
CRAWL_MAX_LIST_PAGES = 1_000
RETRY_TIMES = 2
# What came of the page says it; a warning is enough.
RETRY_GIVE_UP_LOG_LEVEL = "WARNING"
REDIRECT_MAX_TIMES = 5

# Every response as received, in WARC files beside the archive (archive.warc/), a new file at this size.
EVIDENCE_ENABLED = True
EVIDENCE_MAX_BYTES = 1 << 30
EXTENSIONS = {
    "crawler.evidence.recorder.EvidenceRecorder": 0,
    "crawler.progress.ProgressView": 0,
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawler.manners.throttle.AutoThrottle": 0,
}

# No door into the process, no state outside the archive.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# Without cookies tldextract has no reason to fetch the public suffix list.
COOKIES_ENABLED = False
HTTPCACHE_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "crawler.safety.handler.BoundedHandler",
    "https": "crawler.safety.handler.BoundedHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}

# uvloop carries the crawl 1.2 times as fast as asyncio's own loop; it is not made for Windows.
ASYNCIO_EVENT_LOOP = "uvloop.Loop" if sys.platform != "win32" else None

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    # The guard knows the site's hosts better, and judges what asks not to be filtered too.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.safety.guard.GuardMiddleware": 50,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    # Before what tries again (550): what a host refuses pauses the host. After the limits: they are ours.
    "crawler.manners.guest.GuestMiddleware": 570,
    "crawler.manners.robots.RobotsMiddleware": 580,
    "crawler.safety.limits.LimitsMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.redirects.RedirectMiddleware": 600,
    # A page that refreshes to another address is a soft 404 for the reader, not a redirect to follow.
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
}
# To count bytes Scrapy would write every request out anew; `crawler.safety.limits` counts what is received.
DOWNLOADER_STATS = False
SPIDER_MIDDLEWARES = {
    # Nothing of ours asks for a depth or sends a Referer; each of these costs every page a turn.
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
# Scrapy would read our source anew for every list page, to look for a mistake that mypy finds.
WARN_ON_GENERATOR_RETURN_VALUE = False
# Scrapy starts so many tasks for every response; our pipelines never wait, so one does the work.
CONCURRENT_ITEMS = 1
ITEM_PIPELINES = {
    "pipelines.restoration.RestorePipeline": 100,
    "pipelines.attribution.BylinePipeline": 200,
    "pipelines.clean.CleanPipeline": 300,
    "pipelines.validate.ValidatePipeline": 400,
    "pipelines.dedupe.DedupePipeline": 500,
    "pipelines.store.StorePipeline": 900,
}

# In how many processes articles are read; None: as many as pay, and none where there is a delay or one core.
READER_PROCESSES = None

LOG_LEVEL = "INFO"
# One JSON object a line; `luntan crawl --log-json` sets it.
LOG_JSON = False
# What `scrapy crawl` prints; `luntan crawl` prints the same of one line an event (crawler/logs.py).
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOG_DATEFORMAT = "%Y-%m-%dT%H:%M:%S%z"
# An item is a whole article: the log says its address, not its text.
LOG_FORMATTER = "crawler.logs.LogFormatter"
STATS_DUMP = False
