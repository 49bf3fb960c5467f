"""Why an address was not answered, in words: some of Scrapy's and Twisted's errors say nothing."""

from __future__ import annotations

from scrapy.exceptions import ResponseDataLossError
from scrapy.spidermiddlewares.httperror import HttpError


def reason_of(error: BaseException | None) -> str:
    """The kind of an error and what it says.

    >>> reason_of(ResponseDataLossError())
    'ResponseDataLossError: the answer was cut off, or its chunks are wrong'
    >>> reason_of(TimeoutError("took longer than 60 seconds"))
    'TimeoutError: took longer than 60 seconds'
    """
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    said = str(error)
    if isinstance(error, ResponseDataLossError):
        said = "the answer was cut off, or its chunks are wrong"
    elif causes := getattr(getattr(error, "__cause__", None), "reasons", None):
        # A list of failures; as such it would be printed with the addresses of objects.
        said = "; ".join(f"{cause.type.__name__}: {cause.getErrorMessage()}" for cause in causes)
    return f"{type(error).__name__}: {said}"
