"""Batches carried out in processes beside this one: each once, whatever their order; a fault comes back."""

import os

import pytest

from jingwei.kernel.commands.beside import Hands, side_by_side
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text


def where(batch: list[int]) -> tuple[int, int]:
    """The process that carried it out, and the sum."""
    return os.getpid(), sum(batch)


def refuse_nine(batch: list[int]) -> int:
    """Refuses a nine."""
    if 9 in batch:
        raise Invalid(Text("没有九。", "No nines."), place="nine")
    return sum(batch)


def test_each_batch_is_carried_out_once_by_processes_beside_this_one() -> None:
    batches = [[number, number + 1] for number in range(7)]
    with Hands(2) as hands:
        done = list(side_by_side(where, batches, hands))
    assert sorted(batch for batch, _ in done) == batches
    assert all(found == sum(batch) for batch, (_, found) in done)
    beside = {process for _, (process, _) in done}
    assert len(beside) == 2
    assert os.getpid() not in beside


def test_one_batch_is_carried_out_here() -> None:
    with Hands(2) as hands:
        assert list(side_by_side(where, [[1, 2]], hands)) == [([1, 2], (os.getpid(), 3))]
        assert not hands.lines


def test_processes_that_were_begun_early_carry_out_all_and_begin_once() -> None:
    with Hands(2) as hands:
        assert hands.begin()
        lines = hands.lines
        done = list(side_by_side(where, [[1], [2], [3]], hands))
        assert hands.lines is lines
    assert sorted(batch for batch, _ in done) == [[1], [2], [3]]
    assert os.getpid() not in {process for _, (process, _) in done}


def test_what_a_batch_raises_is_raised_here_and_the_processes_end() -> None:
    with pytest.raises(Invalid) as refused, Hands(2) as hands:
        list(side_by_side(refuse_nine, [[1], [9], [2], [3]], hands))
    assert refused.value.place == "nine"
    assert refused.value.reason.zh == "没有九。"
