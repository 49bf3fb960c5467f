"""When a silence is too long and when a share or a length has fallen: pure functions that do not cry wolf.

A check looks at many columns and fields every day, so each test is set to be wrong about once in ten thousand
times or less, and is silent where there is too little to go by. `benchmarks/alarms.py` counts the false
alarms of simulated years.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, median, quantiles

# Fewer gaps than this are no rhythm.
MIN_GAPS = 12
# Gaps above this quantile make the tail, and how often it may be exceeded by chance.
_TAIL = 0.9
_CHANCE = 1e-4
# A short history has not seen its longest gap yet: that of n gaps may be exceeded by this part of it over n.
_UNSEEN = 30

# How often a test of two samples may speak by chance.
ALPHA = 1e-5
# A fall by less than this is nothing that anybody would act upon.
MIN_FALL = 0.2
# Texts are shorter when their median is below this part of the earlier median.
SHRUNK = 0.5


def longest_usual_gap(gaps: Sequence[float]) -> float | None:
    """A gap that a rhythm of such ``gaps`` exceeds about once in ten thousand times; None: too few of them.

    The tail above the ninth decile is taken as exponential with the mean of its excesses (peaks over a
    threshold: S. Coles, An Introduction to Statistical Modeling of Extreme Values, 2001, chapter 4).

    >>> longest_usual_gap([1.0] * 100), longest_usual_gap([7.0] * 15)
    (1.3, 21.0)
    >>> 10 < longest_usual_gap([1, 1, 2, 1, 3, 1, 1, 2, 1, 1, 4, 1, 2, 1, 1, 1, 9, 1, 2, 1]) < 70
    True
    >>> longest_usual_gap([1, 2, 1]) is None
    True
    """
    if len(gaps) < MIN_GAPS:
        return None
    threshold = quantiles(gaps, n=10, method="inclusive")[8]
    excesses = [gap - threshold for gap in gaps if gap > threshold]
    beyond = fmean(excesses) * math.log(len(excesses) / len(gaps) / _CHANCE) if excesses else 0.0
    return max(threshold + beyond, max(gaps) * (1 + _UNSEEN / len(gaps)))


def has_fallen(before: tuple[int, int], after: tuple[int, int], least: float = MIN_FALL) -> bool:
    """Whether a share fell by ``least`` or more, and by more than chance explains.

    ``before`` and ``after`` are (how many have it, how many there are). The test is Fisher's exact one, which
    holds for any numbers (R. A. Fisher, Statistical Methods for Research Workers, § 21.02).

    >>> has_fallen((190, 200), (0, 7)), has_fallen((190, 200), (2, 3)), has_fallen((190, 200), (170, 200))
    (True, False, False)
    """
    (had, earlier), (has, now) = before, after
    if not earlier or not now or had / earlier - has / now < least:
        return False
    return fisher_less(before, after) < ALPHA


def fisher_less(before: tuple[int, int], after: tuple[int, int]) -> float:
    """How probable so few in ``after`` are, if nothing changed (Fisher's exact test, one-sided).

    >>> round(fisher_less((3, 4), (1, 4)), 4)
    0.2429
    """
    (had, earlier), (has, now) = before, after
    total, holders = earlier + now, had + has
    fewest = max(0, holders - earlier)
    all_ways = _log_choose(total, now)
    return math.fsum(
        math.exp(_log_choose(holders, k) + _log_choose(total - holders, now - k) - all_ways)
        for k in range(fewest, has + 1)
    )


def has_shrunk(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether texts became shorter: a median below half of the earlier one, and by more than chance explains.

    The test is that of Mann and Whitney (Ann. Math. Statist. 18, 1947), on ranks: a few very long or very
    short texts do not sway it.

    >>> earlier = [900, 1200, 1500, 2000, 2500, 3000, 800, 1800, 2200, 2600] * 5
    >>> has_shrunk(earlier, [120, 90, 150, 200, 80, 130, 110, 160, 140, 100])
    True
    >>> has_shrunk(earlier, [1100, 900, 1500]), has_shrunk(earlier, [120, 90])
    (False, False)
    """
    if not before or not after or median(after) >= SHRUNK * median(before):
        return False
    return mann_whitney_less(before, after) < ALPHA


def mann_whitney_less(before: Sequence[float], after: Sequence[float]) -> float:
    """How probable such low ranks of ``after`` are, if nothing changed (normal approximation, one-sided).

    >>> round(mann_whitney_less([4, 5, 6], [1, 2, 3]), 3)
    0.04
    """
    n, m = len(after), len(before)
    ranks = _ranks([*after, *before])
    u = math.fsum(ranks[:n]) - n * (n + 1) / 2
    spread = math.sqrt(n * m * (n + m + 1) / 12)
    return 0.5 * math.erfc((n * m / 2 - u - 0.5) / spread / math.sqrt(2))


def _ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value, equal ones sharing theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + end + 1) / 2
        start = end
    return ranks


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
