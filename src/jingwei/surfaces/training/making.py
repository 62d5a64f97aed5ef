"""What an exercise needs beside matters, made anew for whoever begins: nobody finds what another has used up.

post: a vacant one of a unit. person: somebody with a login and no post. holding: that person holds that post. factor:
that person signs in by telephone as well. reset: the security administrator proposed to reset it. list: the archivist
proposed to destroy what is due; `row` is the line of the prepared matter in it.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence

from jingwei.kernel.agencies.accounts import open_account
from jingwei.kernel.agencies.commands import AddFactor, EnterPerson, EnterPost, ProposeReset, TakeUpPost
from jingwei.kernel.agencies.commands.factors import for_own_login
from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.models import Account, Post
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command, Result
from jingwei.kernel.retention.commands import ProposeDestruction
from jingwei.kernel.retention.models import Listed
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.training.roles import actor_named

Made = dict[str, str]

_LIKE = "handler-hw"  # the post that a new one takes its unit, area and grants from


def make(needs: Sequence[str], made: Made) -> None:
    """Adds what is needed, in this order, by the keys that pages, tasks and checks name it by. Raises Refusal."""
    for need in needs:
        _NEEDS[need](made)


def _by(who: str, command: Command) -> Result:
    return execute(actor_named(who), command, f"training:{new_id()}")


def _mark() -> str:
    """So that the names of one beginning differ from those of another."""
    return new_id().hex[-5:]


def _post(made: Made) -> None:
    mark, like = _mark(), Post.objects.select_related("unit", "area").get(code=_LIKE)
    code, title = f"practice-{mark}", (f"练习岗 {mark}", f"Practice post {mark}")
    command = EnterPost(
        code=code, unit=like.unit.code, area=like.area.code, role=like.role, title=title, grants=tuple(like.grants)
    )
    _by("administrator", command)
    made |= {"post": str(Post.objects.get(code=code).pk), "code": code}


def _person(made: Made) -> None:
    mark = _mark()
    account = open_account(f"lianxi-{mark}", "zh-hans")
    entered = _by("administrator", EnterPerson(account=account.pk, name=f"练习员{mark}", posts=()))
    made |= {"person": str(entered["person"]), "login": account.username}


def _holding(made: Made) -> None:
    _by("administrator", TakeUpPost(person=uuid.UUID(made["person"]), post=made["code"]))


def _factor(made: Made) -> None:
    account = Account.objects.get(username=made["login"])
    factor = store.prepare(account, "totp", "", {"secret": _mark()})
    execute(for_own_login(actor_named(made["login"])), AddFactor(factor=factor.pk), f"training:{new_id()}")


def _reset(made: Made) -> None:
    made["reset"] = str(_by("administrator", ProposeReset(person=uuid.UUID(made["person"])))["reset"])


def _list(made: Made) -> None:
    key = new_id()
    _by("archivist", ProposeDestruction(list_id=key))
    made |= {"list": str(key), "row": str(Listed.objects.get(list=key, matter=uuid.UUID(made["matter"])).pk)}


_NEEDS: Mapping[str, Callable[[Made], None]] = {
    "post": _post,
    "person": _person,
    "holding": _holding,
    "factor": _factor,
    "reset": _reset,
    "list": _list,
}
