"""Telling somebody: findings go to a command's standard input, or to the services that apprise knows."""

from __future__ import annotations

import json
import logging
import shlex
import subprocess
from collections.abc import Iterable, Sequence

from archive.check.finding import Finding

# So long a command may take.
HOOK_SECONDS = 60
# A message for people names so many findings and counts the rest; many services cut what is longer.
MESSAGE_FINDINGS = 10


class NotTold(Exception):
    """Nobody could be told; the words say why, and never hold the address of a service."""


def run_hook(command: str, findings: Iterable[Finding]) -> None:
    """Run ``command``, split into words as a shell would but by none, with a JSON line for each finding.

    Raises `NotTold` where it can not be run, takes longer than `HOOK_SECONDS`, or ends with another code
    than 0.
    """
    lines = "".join(json.dumps(finding.as_row(), ensure_ascii=False) + "\n" for finding in findings)
    try:
        words = shlex.split(command)
        done = subprocess.run(words, input=lines.encode(), timeout=HOOK_SECONDS, check=False)
    except (OSError, ValueError, IndexError) as error:
        raise NotTold(f"--hook: {command}: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise NotTold(f"--hook: {command}: still at work after {HOOK_SECONDS} s, and stopped") from error
    if done.returncode:
        raise NotTold(f"--hook: {command}: ended with exit code {done.returncode}")


def notify(urls: Sequence[str], title: str, findings: Sequence[Finding]) -> None:
    """Send one message to every service of ``urls`` (https://appriseit.com/services/). Raises `NotTold`."""
    try:
        import apprise
    except ImportError as error:
        raise NotTold("--notify needs apprise - run: pip install 'luntan[notify]'") from error
    # Its own words may hold an address, and in it a password.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    failed = []
    for number, url in enumerate(urls, 1):
        service = apprise.Apprise()
        if not service.add(url):
            failed.append(f"address {number} is none that apprise knows")
        elif not service.notify(title=title, body=message(findings), notify_type=apprise.NotifyType.WARNING):
            failed.append(f"the service of address {number} did not take the message")
    if failed:
        raise NotTold(f"--notify: {'; '.join(failed)}")


def message(findings: Sequence[Finding]) -> str:
    """The findings as a text of a few lines.

    >>> print(message([Finding("silent", "warning", "nothing new", "look", "rmlt", "marx")]))
    warning: rmlt/marx: nothing new
    """
    lines = [
        ": ".join(filter(None, (finding.severity, finding.place, finding.what)))
        for finding in findings[:MESSAGE_FINDINGS]
    ]
    if len(findings) > MESSAGE_FINDINGS:
        lines.append(f"and {len(findings) - MESSAGE_FINDINGS} more")
    return "\n".join(lines)
