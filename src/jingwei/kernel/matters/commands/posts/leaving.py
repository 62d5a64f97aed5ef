"""Somebody leaves office for good; refused while open matters or tasks would be left with a post that nobody holds."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from jingwei.kernel.agencies.accounts import close_account
from jingwei.kernel.agencies.commands.change import holds
from jingwei.kernel.agencies.commands.invitations import end_unused
from jingwei.kernel.agencies.commands.known import EDIT, PERSON, ended_problem, may_edit_person
from jingwei.kernel.agencies.commands.shifts import cut, rosters_with
from jingwei.kernel.agencies.duty import in_force
from jingwei.kernel.agencies.models import Account, Holding, Leave, Person, Post
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.commands.posts.hand_over import open_of_posts
from jingwei.kernel.matters.models import Task
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, kw_only=True)
class PersonLeaves(Command):
    """人员离职: every holding ends now, the login is closed, whoever is signed in with it is signed out."""

    person: uuid.UUID


def left_behind_problem(person: uuid.UUID, now: datetime.datetime) -> Text | None:
    """Why the person cannot leave yet: the posts that nobody else holds, and what is open with each. Four statements at
    most; for a page as well, which says so before anybody tries."""
    held = Holding.objects.filter(in_force(now), person=person).values("post")
    holders = list(Holding.objects.filter(in_force(now), post__in=held).values_list("post_id", "person_id"))
    alone = {post for post, _ in holders} - {post for post, other in holders if other != person}
    matters = open_of_posts(Q(holder__in=alone)) if alone else {}
    tasks = _tasks_of(alone) if alone else {}
    if not matters and not tasks:
        return None
    left = Post.objects.filter(pk__in={*matters, *tasks}).order_by("code")
    each = [_left_with(post, matters.get(post.pk, 0), tasks.get(post.pk, 0)) for post in left]
    return Text(
        f"只有此人在岗：{'；'.join(one.zh for one in each)}。请先让别人上岗，或撤岗并移交，再办离职。",
        f"Nobody else holds {'; '.join(one.en for one in each)}. Let somebody else take up each post, or end it and "
        "hand over; then the person can leave.",
    )


def _tasks_of(posts: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many tasks wait for the answer of each of these posts alone. One statement."""
    waiting = Task.objects.filter(post__in=posts, ended_at=None).values_list("post_id")
    return dict(waiting.annotate(number=Count("pk")).order_by())


def _left_with(post: Post, matters: int, tasks: int) -> Text:
    counts = (
        (matters, Text(f"未结事项 {matters:,} 件", f"{matters:,} open matter(s)")),
        (tasks, Text(f"未答复任务 {tasks:,} 项", f"{tasks:,} task(s) to answer")),
    )
    left = [what for number, what in counts if number]
    return Text(
        f"“{post.title_zh}”有{'、'.join(one.zh for one in left)}",
        f"“{post.title_en}”, which has {' and '.join(one.en for one in left)}",
    )


@handles(PersonLeaves, grant=EDIT, everywhere=True)
def person_leaves(work: Work, command: PersonLeaves) -> Result:
    """Matters stay with the posts, which others hold. Of two last holders who leave at once, the second waits for the
    lock on the post and is refused. Refused as well while somebody on leave has this person as stand-in.

    Answers how many holdings and shifts ended, and how many posts nobody holds now.
    """
    person = work.lock(Person, command.person)
    lasting = Q(until_at=None) | Q(until_at__gt=work.now)
    held = Holding.objects.filter(lasting, person=person).values_list("post_id", flat=True)
    posts = work.lock_many(Post, set(held))
    whose = Q(person=person)
    rosters = rosters_with(work, whose, work.now)
    work.authorise(EDIT, may_edit_person(work.actor, person.pk, work.now))
    work.require(ended_problem(not person.active, PERSON), place="person")
    work.require(_standing_problem(work, person), place="person")
    work.require(left_behind_problem(person.pk, work.now), place="person")
    ended = [_step_down(work, post, person) for post in posts]
    shifts = cut(work, rosters, whose, work.now)
    for leave in work.parts(Leave, person):
        if leave.until_at > work.now:
            leave.until_at = max(leave.from_at, work.now)
            work.save(leave, "until_at")
    end_unused(work, person)
    person.active = False
    work.save(person, "active")
    holdings, vacant = sum(number for number, _ in ended), sum(nobody for _, nobody in ended)
    work.record(person, "agencies.person_left", {"holdings": holdings})
    account = Account.objects.filter(pk=person.account_id).first() if person.account_id else None
    if account is not None:
        close_account(account)
    return {"person": str(person.pk), "holdings": holdings, "vacant": vacant, "shifts": shifts}


def _step_down(work: Work, post: Post, person: Person) -> tuple[int, bool]:
    """How many holdings of the person in this post ended, and whether nobody holds it now."""
    holdings = work.parts(Holding, post)
    mine = [one for one in holdings if one.person_id == person.pk and _lasts(work, one)]
    for holding in mine:
        holding.until_at = max(holding.from_at, work.now)
        work.save(holding, "until_at")
    work.record(post, "agencies.post_left", {"person": person.pk, "until": work.now})
    return len(mine), not any(holds(one, work.now) for one in holdings)


def _lasts(work: Work, holding: Holding) -> bool:
    return holding.until_at is None or holding.until_at > work.now


def _standing_problem(work: Work, person: Person) -> Text | None:
    others = Leave.objects.filter(stand_in=person, until_at__gt=work.now).count()
    if not others:
        return None
    return Text(
        f"此人正代行（或将代行）另外 {others} 人的岗位；请先改派代行人。",
        f"This person stands in for {others} other(s), now or soon: name other stand-ins first.",
    )
