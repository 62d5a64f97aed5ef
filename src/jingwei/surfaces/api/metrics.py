"""Figures for a monitor in Prometheus' text form, worked out when asked, so that any process may answer."""

import hmac
import ipaddress
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.extent import LogExtent, entries_about, log_extent
from jingwei.kernel.matters.rules.problems import rules_problems
from jingwei.kernel.matters.self_check.probe import self_check_of
from jingwei.kernel.measures.compute import Figure, compute
from jingwei.kernel.measures.registry import OPEN_OVERDUE
from jingwei.kernel.outbox.waiting import Waiting, given_up, waiting
from jingwei.kit.checking.lines import Line
from jingwei.kit.checking.morning import morning_of_late

_MONITOR = system("monitor", "matter.read")
_REFUSED = "metrics answer this machine only, or a request with the token of JINGWEI_METRICS_TOKEN as its bearer\n"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Open and overdue matters, the outbox, broken rules, the ledger, the check of at most a minute ago, this process;
    403 for strangers."""
    if not _may_ask(request):
        return HttpResponse(_REFUSED, status=403, content_type="text/plain; charset=utf-8")
    with reading(_MONITOR) as scope:
        figures = compute(scope, OPEN_OVERDUE, group_by=("type", "state"))
        queue, entries = waiting(), entries_about()
        reminders = self_check_of(scope).ok, given_up()
        log = log_extent()
        faults = Counter((one.parameter, one.kind) for one in rules_problems(scope))
    lines = morning_of_late(settings.HOME, settings.CITY, _MONITOR)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Reading(figures, queue, entries, reminders))
    registry.register(_Faults(faults))
    registry.register(_Log(log))
    registry.register(_Check(lines))
    ProcessCollector(registry=registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_ask(request: HttpRequest) -> bool:
    token = os.environ.get("JINGWEI_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(token.encode(), given.encode()):
        return True
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False  # came through a proxy on this machine, from anywhere
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class _Reading(Collector):
    """One answer's figures."""

    def __init__(self, figures: list[Figure], queue: Waiting, entries: int, reminders: tuple[bool, int]) -> None:
        self._figures, self._queue, self._entries, self._reminders = figures, queue, entries, reminders

    def collect(self) -> Iterator[Metric]:
        """The families in a fixed order."""
        opened = GaugeMetricFamily("jingwei_matters_open", "Open matters", labels=["type", "state"])
        overdue = GaugeMetricFamily(
            "jingwei_matters_overdue", "Open matters past their due moment", labels=["type", "state"]
        )
        for figure in self._figures:
            labels = [word or "" for word in figure.group]
            opened.add_metric(labels, figure.denominator)
            overdue.add_metric(labels, figure.numerator)
        yield opened
        yield overdue
        yield GaugeMetricFamily("jingwei_outbox_waiting", "Messages not delivered yet", value=self._queue.messages)
        yield GaugeMetricFamily(
            "jingwei_outbox_oldest_seconds", "Age of the oldest of them", value=self._queue.oldest_seconds
        )
        yield GaugeMetricFamily(
            "jingwei_ledger_entries", "Ledger entries, as the database's statistics have it", value=self._entries
        )
        ok, dead = self._reminders
        yield GaugeMetricFamily("jingwei_self_check_ok", "1 while the chain of reminders is seen to work", value=ok)
        yield GaugeMetricFamily("jingwei_deliveries_given_up", "Deliveries that wait for an operator", value=dead)


class _Faults(Collector):
    """Broken rules by parameter and kind of fault."""

    def __init__(self, faults: Mapping[tuple[str, str], int]) -> None:
        self._faults = faults

    def collect(self) -> Iterator[Metric]:
        """One family."""
        family = GaugeMetricFamily(
            "jingwei_rule_problems", "Broken rules and missing calendar years", labels=["parameter", "kind"]
        )
        for (parameter, kind), count in self._faults.items():
            family.add_metric([parameter, kind], count)
        yield family


class _Log(Collector):
    """The log over the entries."""

    def __init__(self, extent: LogExtent) -> None:
        self._extent = extent

    def collect(self) -> Iterator[Metric]:
        """Three families."""
        yield GaugeMetricFamily("jingwei_log_size", "Entries in the log", value=self._extent.size)
        yield GaugeMetricFamily(
            "jingwei_log_pending", "Entries that wait for it (counted to 10,000)", value=self._extent.pending
        )
        yield GaugeMetricFamily("jingwei_log_ok", "0 while the log stands still", value=not self._extent.trouble)


class _Check(Collector):
    """The lines of the morning's check."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines

    def collect(self) -> Iterator[Metric]:
        """One family."""
        family = GaugeMetricFamily(
            "jingwei_check", "Lines of `jingwei check`: 0 ok, 1 warning, 2 fault", labels=["line"]
        )
        for line in self._lines:
            family.add_metric([line.key], line.state)
        yield family
