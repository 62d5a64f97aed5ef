"""Commands that race on real connections: one effect, a whole chain, and for each loser a reason."""

from functools import partial

from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Result
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Act, ReportMatter
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.errors import Conflict, Invalid
from tests.city import pothole
from tests.clones import Clone, in_threads


def test_two_who_read_the_same_version_one_wins_and_one_is_told(clone: Clone) -> None:
    city = clone.city
    intake, supervisor = city.actor("intake"), city.actor("supervisor")
    for _ in range(5):
        matter = city.report()
        first = Act(matter_id=matter.pk, action="verify", fields={}, grant="matter.accept", expected_version=1)
        second = Act(
            matter_id=matter.pk,
            action="supervise",
            fields={},
            reason="催办",
            grant="matter.supervise",
            expected_version=1,
        )
        answers = in_threads(
            [
                partial(execute, intake, first, f"a{matter.pk}"),
                partial(execute, supervisor, second, f"b{matter.pk}"),
            ]
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "dict"]
        assert Matter.objects.get(pk=matter.pk).version == 2
    assert verify(clone.owner).faults == []


def test_two_who_did_not_say_what_they_read_are_carried_out_one_after_the_other(clone: Clone) -> None:
    city = clone.city
    actor = city.actor("supervisor")
    matter = city.report()
    tasks = [
        partial(
            execute,
            actor,
            Act(matter_id=matter.pk, action="supervise", fields={}, reason=f"第{n}次", grant="matter.supervise"),
            f"s{n}",
        )
        for n in range(8)
    ]
    answers = in_threads(tasks)
    done = [answer for answer in answers if not isinstance(answer, Exception)]
    assert all(isinstance(answer, Conflict) for answer in answers if isinstance(answer, Exception))
    assert len(done) >= 1
    assert sorted(int(answer["version"] or 0) for answer in done) == list(range(2, 2 + len(done)))
    assert Matter.objects.get(pk=matter.pk).version == 1 + len(done) == Entry.objects.filter(stream=matter.pk).count()
    assert verify(clone.owner).faults == []


def test_two_who_finish_the_same_step_do_not_both_finish_it(clone: Clone) -> None:
    city = clone.city
    actor = city.actor("intake")
    for _ in range(5):
        matter = city.report()
        act = Act(matter_id=matter.pk, action="file", fields={"finding": "属实"}, grant="matter.verify")
        answers = in_threads([partial(execute, actor, act, f"{matter.pk}{n}") for n in range(2)])
        assert sorted(type(answer).__name__ for answer in answers) == ["Invalid", "dict"]
        (refused,) = [answer for answer in answers if isinstance(answer, Invalid)]
        assert refused.place == "action" and refused.reason.zh and refused.reason.en
        assert Step.objects.filter(matter=matter).count() == 1


def test_twenty_copies_of_one_request_have_one_effect_and_twenty_equal_answers(clone: Clone) -> None:
    resident = public("matter.report")
    for _ in range(3):
        before = (Matter.objects.count(), Entry.objects.count(), Message.objects.count())
        command = pothole()
        answers: list[Result | Exception] = in_threads(
            [partial(execute, resident, command, f"one:{command.matter_id}")] * 20
        )
        first = answers[0]
        assert not isinstance(first, Exception) and answers == [first] * 20
        matter = Matter.objects.get(pk=command.matter_id)
        assert (first["matter"], first["number"]) == (str(matter.pk), matter.number)
        assert matter.due_at is not None and first["due"] == moment_text(matter.due_at)
        after = (Matter.objects.count(), Entry.objects.count(), Message.objects.count())
        assert [now - then for then, now in zip(before, after, strict=True)] == [1, 1, 1]
    assert verify(clone.owner).faults == []


def test_copies_of_one_batch_have_one_effect_and_equal_answers(clone: Clone) -> None:
    """Of new matters it is the receipts that tell who was faster, of those that stand their locks."""
    source = system("import:races", "matter.report", "matter.read", "matter.supervise")
    stands = [clone.city.report() for _ in range(2)]
    for turn in range(3):
        acts = [
            Act(matter_id=matter.pk, action="supervise", fields={}, reason=f"第{turn}次", grant="matter.supervise")
            for matter in stands
        ]
        for kind, commands in (("act", acts), ("report", _new(2)), ("both", [*_new(2), *acts])):
            before = (Matter.objects.count(), Entry.objects.count())
            batch = [Keyed(f"{kind}:{turn}:{number}", command) for number, command in enumerate(commands)]
            found = in_threads([partial(execute_many, source, batch)] * 6)
            answers = [
                answer if isinstance(answer, Exception) else [(one.result, one.refusal) for one in answer]
                for answer in found
            ]
            assert answers == [[(one.result, None) for one in execute_many(source, batch)]] * 6
            new = sum(isinstance(one, ReportMatter) for one in commands)
            assert (Matter.objects.count(), Entry.objects.count()) == (before[0] + new, before[1] + len(batch))
    assert verify(clone.owner).faults == []


def _new(count: int) -> list[ReportMatter]:
    return [pothole() for _ in range(count)]
