"""A feed's file becomes matters: what it states and no more, once, and only what has changed the next day."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.run import import_file
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.models import Detail, ExternalNumber, Link, Matter, Step
from jingwei.kernel.outbox.models import Message
from tests.clones import Clone
from tests.kernel.feeds.conftest import EXTRACT, RECORDED, FeedClones, Rows, changed, code_of, read_extract, write_file


def run(feed: Feed, file: Path = EXTRACT, **options: Any) -> dict[str, Any]:
    """One import at a fixed moment, without the figures that differ from run to run."""
    answer = import_file("tests", feed, file, **{"recorded_at": RECORDED, **options})
    return {name: value for name, value in answer.items() if name != "seconds"}


def heads() -> dict[str, int]:
    """The version of each matter, by its number at the source."""
    rows = ExternalNumber.objects.values_list("number", "matter__version")
    return dict(rows)


def standing() -> dict[str, Any]:
    """What stands of each matter, apart from ids and history."""
    rows = ExternalNumber.objects.select_related("matter__detail", "matter__area", "matter__unit").order_by("number")
    return {
        row.number: (
            row.matter.state,
            row.matter.category,
            row.matter.area.code if row.matter.area else "",
            row.matter.unit.code if row.matter.unit else "",
            row.matter.channel,
            row.matter.opened_at,
            row.matter.due_at,
            row.matter.closed_at,
            row.matter.detail.fields,
            bytes(row.digest or b""),
        )
        for row in rows
    }


def test_the_known_counts_of_the_extract(feed_clone: Clone, feed: Feed) -> None:
    """The right answers were counted from the file by a script that shares no code with the importer."""
    answer = run(feed)
    assert (answer["rows"], answer["imported"], answer["rejected"], answer["rejects"]) == (300, 300, {}, [])
    assert answer["states"] == {"closed": 243, "reported": 57}
    others = {"by_address": 0, "by_alias": 0, "by_hand": 0}  # no cell of Boston has a sheet
    assert answer["located"] == {"one": 238, "none": 9, "default_point": 53, **others}
    assert answer["on_time"] == {"met": 145, "missed": 47, "unknown": 108}
    assert answer["verdict"] == {"compared": 191, "equal": 191}
    assert answer["open_overdue"] == 53
    assert answer["duplicates"] == {"linked": 16, "self": 3, "original_missing": 5}
    assert answer["flagged"] == {"ambiguous_time": 4, "default_point": 53, "target_before_opening": 3}
    assert answer["entries"] == 804
    assert verify(feed_clone.owner).faults == []


def test_an_import_records_only_what_the_source_states(feed_clone: Clone, feed: Feed) -> None:
    """No sign, no check, no reminder, no message; a clock shows lateness and fires at nobody."""
    run(feed)
    assert Message.objects.count() == 0
    assert set(Step.objects.values_list("action", flat=True)) == {"close_stated"}
    assert set(Step.objects.values_list("actor", flat=True)) == {"system:import:boston311"}
    assert not Clock.objects.filter(fires_at__isnull=False).exists()
    assert set(Clock.objects.values_list("key", flat=True)) == {"handle"}
    kinds = Entry.objects.filter(stream__in=Matter.objects.values("pk")).values_list("kind", flat=True)
    assert set(kinds) == {"matter.reported", "matter.limit_given", "matter.acted", "matter.linked"}


def test_happened_claimed_and_recorded_are_kept_apart(feed_clone: Clone, feed: Feed) -> None:
    run(feed)
    row = next(row for row in read_extract() if row["open_dt"] == "2011-11-06 01:13:20")  # the hour that came twice
    matter = Matter.objects.get(externalnumber__number=row["case_enquiry_id"])
    said = json.loads(bytes(Entry.objects.get(stream=matter.pk, seq=1).body))
    assert said["facts"]["claimed"] == "2011-11-06 01:13:20"
    assert said["facts"]["happened"] == "2011-11-06T05:13:20.000Z"  # the first of the two: summer time
    assert said["recorded"] == "2026-11-24T00:00:00.000Z"
    assert Detail.objects.get(pk=matter.pk).fields["flags"] == "ambiguous_time"


def test_a_target_before_the_opening_is_kept(feed_clone: Clone, feed: Feed) -> None:
    run(feed)
    early = [row for row in read_extract() if row["target_dt"] and row["target_dt"] < row["open_dt"]]
    assert len(early) == 3
    for row in early:
        matter = Matter.objects.get(externalnumber__number=row["case_enquiry_id"])
        assert matter.due_at and matter.due_at < matter.opened_at


def test_links_stay_as_named_chains_too(feed_clone: Clone, feed: Feed) -> None:
    run(feed)
    names = {row["case_enquiry_id"]: row["duplicate_of"] for row in read_extract() if row["duplicate_of"]}
    links = Link.objects.values_list("matter__externalnumber__number", "other__externalnumber__number", "kind")
    assert {(one, other) for one, other, _ in links} == {
        (one, other)
        for one, other in names.items()
        if other != one and Matter.objects.filter(externalnumber__number=other)
    }
    assert any(names.get(other) not in (None, other) for _, other, _ in links), "the extract holds a chain"


def test_the_same_file_twice_changes_nothing(feed_clone: Clone, feed: Feed, tmp_path: Path) -> None:
    first, before = run(feed), feed_clone.dump()
    again = run(feed)
    assert (again["imported"], again["changed"], again["unchanged"]) == (0, 0, 300)
    assert feed_clone.dump() == before
    packed = tmp_path / "same.csv.gz"
    packed.write_bytes(gzip.compress(EXTRACT.read_bytes()))
    tomorrow = run(feed, packed, recorded_at=RECORDED.replace(day=25))
    assert feed_clone.dump() == before
    assert first["root"] == again["root"] == tomorrow["root"]


def _changes(rows: Rows) -> dict[str, dict[str, str]]:
    """Five each: another target, a closing, a reopening, another closing time, another class and place."""
    opened = [row["case_enquiry_id"] for row in rows if row["case_status"] == "Open" and row["target_dt"]]
    closed = [row["case_enquiry_id"] for row in rows if row["case_status"] == "Closed" and not row["duplicate_of"]]
    changes: dict[str, dict[str, str]] = {}
    for place in range(5):
        changes[opened[place]] = {"target_dt": f"2027-01-0{place + 1} 12:00:00"}
        changes[opened[place + 5]] = {
            "case_status": "Closed",
            "closed_dt": f"2026-11-2{place} 09:30:00",
            "closure_code": "Case Resolved",
        }
        changes[closed[place]] = {"case_status": "Open", "closed_dt": "", "closure_code": "", "closure_text": ""}
        changes[closed[place + 5]] = {"closed_dt": f"2019-01-0{place + 1} 10:00:00"}
        changes[closed[place + 10]] = {"reason": "Graffiti", "longitude": "-71.1", "latitude": "42.3", "location": "x"}
    return changes


def test_tomorrows_file_changes_exactly_what_has_changed(feed_clones: FeedClones, feed: Feed, tmp_path: Path) -> None:
    rows = read_extract()
    changes = _changes(rows)
    today = write_file(
        tmp_path / "today.csv", rows[:250] + [row for row in rows[250:] if row["case_enquiry_id"] in changes]
    )
    tomorrow = write_file(tmp_path / "tomorrow.csv", changed(rows, changes))
    with feed_clones() as clone:
        first = run(feed, today)
        before = heads()
        second = run(feed, tomorrow, recorded_at=RECORDED.replace(day=25))
        assert (first["imported"], second["changed"], second["rejected"]) == (len(before), 25, {})
        assert second["imported"] == 300 - len(before) and second["unchanged"] == len(before) - 25
        after = heads()
        linked_later = {row["case_enquiry_id"] for row in rows if row["duplicate_of"] in after.keys() - before.keys()}
        moved = {number for number in before if after[number] != before[number]}
        assert moved - linked_later == set(changes) and moved <= set(changes) | linked_later
        assert verify(clone.owner).faults == []
        stands = standing()
        unchanged = clone.dump()
        run(feed, tomorrow, recorded_at=RECORDED.replace(day=26))
        assert clone.dump() == unchanged
    with feed_clones():
        run(feed, tomorrow)
        assert standing() == stands, "what stands is what the file alone would have given"


def test_a_source_that_goes_back_and_forth_is_followed_each_time(feed_clone: Clone, feed: Feed, tmp_path: Path) -> None:
    rows = read_extract()[:20]
    number = next(row["case_enquiry_id"] for row in rows if row["case_status"] == "Closed")
    one = write_file(tmp_path / "one.csv", rows)
    opened = {"case_status": "Open", "closed_dt": "", "target_dt": "2027-01-01 00:00:00"}
    other = write_file(tmp_path / "other.csv", changed(rows, {number: opened}))
    run(feed, one)
    for turn in range(3):
        for file, state in ((other, "reported"), (one, "closed")):
            answer = run(feed, file, recorded_at=RECORDED.replace(hour=turn + 1, minute=state == "closed"))
            assert (answer["changed"], answer["rejected"]) == (1, {}), (turn, state)
            assert Matter.objects.get(externalnumber__number=number).state == state, turn
    assert verify(feed_clone.owner).faults == []


def _local_work(number: str) -> Matter:
    """Somebody here has taken up the matter."""
    matter = Matter.objects.get(externalnumber__number=number)
    act = Act(matter_id=matter.pk, action="supervise", fields={}, reason="督办", grant="matter.supervise")
    execute(system("desk", "matter.read", "matter.supervise"), act, f"local:{number}")
    return Matter.objects.get(pk=matter.pk)


def test_a_clash_with_local_work_becomes_a_task_and_overwrites_nothing(
    feed_clone: Clone, feed: Feed, tmp_path: Path
) -> None:
    rows = read_extract()
    number = next(row["case_enquiry_id"] for row in rows if row["case_status"] == "Open")
    run(feed)
    before, detail = _local_work(number), Detail.objects.get(matter__externalnumber__number=number).fields
    closing = {"case_status": "Closed", "closed_dt": "2026-11-20 09:30:00", "case_title": "other"}
    file = write_file(tmp_path / "clash.csv", changed(rows, {number: closing}))
    answer = run(feed, file, recorded_at=RECORDED.replace(day=25))
    assert (answer["clashes"], answer["changed"], answer["unchanged"]) == (1, 0, 299)
    after = Matter.objects.get(pk=before.pk)
    assert (after.version, after.state, after.closed_at) == (before.version, "reported", None)
    assert Detail.objects.get(pk=before.pk).fields == detail
    task = Matter.objects.get(type="feed_clash")
    said = Detail.objects.get(pk=task.pk).fields
    assert task.state == "found" and said["number"] == number and said["matter"] == before.number
    assert "来源已结案" in said["difference"] and "the source has closed it" in said["difference"]
    assert verify(feed_clone.owner).faults == []


def test_a_clash_that_stands_makes_no_second_task(feed_clone: Clone, feed: Feed, tmp_path: Path) -> None:
    """Day after day the same file comes; what the source says is still the same, whatever was done here since."""
    rows = read_extract()
    number = next(row["case_enquiry_id"] for row in rows if row["case_status"] == "Open")
    run(feed)
    _local_work(number)
    closing = {"case_status": "Closed", "closed_dt": "2026-11-20 09:30:00"}
    file = write_file(tmp_path / "clash.csv", changed(rows, {number: closing}))
    for day in (25, 26, 27):
        answer = run(feed, file, recorded_at=RECORDED.replace(day=day))
        assert (answer["clashes"], answer["changed"], answer["unchanged"]) == (1, 0, 299)
        act = Act(
            matter_id=Matter.objects.get(externalnumber__number=number).pk,
            action="supervise",
            fields={},
            reason="再督办",
            grant="matter.supervise",
        )
        execute(system("desk", "matter.read", "matter.supervise"), act, f"again:{day}")
    assert Matter.objects.filter(type="feed_clash").count() == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"source": "Carrier Pigeon"}, ""),
        ({"reason": "Astrology"}, "invalid:category"),
        ({"case_title": "bell\x07"}, "invalid:title"),
        ({"case_title": "x" * 201}, "invalid:title"),
    ],
)
def test_a_row_that_cannot_be_taken_is_left_out_with_its_reason_and_hinders_no_other(
    feed_clone: Clone, feed: Feed, tmp_path: Path, change: Mapping[str, str], reason: str
) -> None:
    rows = read_extract()[:30]
    number = rows[7]["case_enquiry_id"]
    answer = run(feed, write_file(tmp_path / "one.csv", changed(rows, {number: change})))
    refused = 1 if reason else 0
    assert answer["imported"] == 30 - refused
    assert set(answer["rejected"]) == ({reason} if reason else set())
    assert [(row, key) for row, key, _ in answer["rejects"]] == ([(9, number)] if reason else [])
    assert verify(feed_clone.owner).faults == []
    assert code_of("Graffiti") == "GRAFFITI"


def test_a_row_whose_closing_cannot_be_kept_is_rejected_whole_and_taken_once_mended(
    feed_clone: Clone, feed: Feed, tmp_path: Path
) -> None:
    """Nothing half taken: a later import of the mended row finds it new, not unchanged."""
    rows = read_extract()
    closed = next(row for row in rows if row["case_status"] == "Closed")
    key = closed["case_enquiry_id"]
    bad = write_file(tmp_path / "bad.csv", changed(rows, {key: {"closure_text": "a bell \x07 in it"}}))
    answer = run(feed, bad)
    assert answer["imported"] == len(rows) - 1 and answer["rejected"] == {"invalid:closure_text": 1}
    assert answer["rejects"][0][1] == key
    assert not ExternalNumber.objects.filter(number=key).exists()
    mended = run(feed)
    assert mended["imported"] == 1 and mended["rejected"] == {}
    assert ExternalNumber.objects.get(number=key).matter.closed_at is not None
