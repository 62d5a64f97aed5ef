"""The forms of units, posts and people, and the commands they send."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from jingwei.kernel.agencies.accounts import open_account, withdraw_account
from jingwei.kernel.agencies.commands import (
    ChangePerson,
    ChangePost,
    ChangeUnit,
    DecideReset,
    EndSessionsOf,
    EnterPerson,
    EnterPost,
    EnterUnit,
    Invite,
    MatchIdentity,
    ProposeReset,
    StepDown,
    TakeUpPost,
    WithdrawInvitation,
)
from jingwei.kernel.agencies.commands.resets import waiting
from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.models import Person, Post, Unit
from jingwei.kernel.agencies.sessions import open_of
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.commands import EndPost, EndUnit, PersonLeaves
from jingwei.kernel.matters.commands.posts.leaving import left_behind_problem
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.grants import TITLES, title_of
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input, read_key
from jingwei.kit.signing.provider import provider
from jingwei.surfaces.desk.agencies import queries
from jingwei.surfaces.desk.agencies.invitations import AGAIN
from jingwei.surfaces.desk.doing import Form, Reader, Refused, choice, form, line, moment, read_id, read_moment

_ZH, _EN = Text("中文名称", "Name in Chinese"), Text("英文名称", "Name in English")
_GRANT = "grant:"
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,59}")
_BAD_LOGIN = Text(
    "账户名用 2 到 60 个字母、数字、点、横线或 @，以字母或数字开头。",
    "A login has 2 to 60 letters, digits, dots, dashes or @, and begins with a letter or digit.",
)
_A_MINUTE = datetime.timedelta(minutes=1)
_PAST = Text(
    "这个时间已经过去；留空表示从现在起。谁在过去任岗不能事后改写。",
    "This moment is past: leave it empty for now. Who held a post before is not written anew.",
)
_FROM_NOW = Text("留空：从现在起。", "Empty: from now on.")
_WITHOUT_END = Text("留空：没有期限。到时权限自动没有。", "Empty: without an end. The grants end by themselves.")
_AREA, _CODE = Text("区域", "Area"), Text("代码", "Code")
KINDS = (
    ("city", Text("市级", "city")),
    ("centre", Text("中心", "centre")),
    ("department", Text("部门（只管本单位承办的）", "department (only what it handles)")),
    ("team", Text("队伍", "team")),
)


def _names(values: Mapping[str, str]) -> tuple[str, str]:
    return values.get("name_zh", "").strip()[:120], values.get("name_en", "").strip()[:120]


def _grants(values: Mapping[str, str]) -> tuple[str, ...]:
    """The grants that were ticked."""
    return tuple(name.removeprefix(_GRANT) for name, ticked in values.items() if name.startswith(_GRANT) and ticked)


def on_agencies(link: bytes) -> Mapping[str, Reader]:
    """What may be done on the page of all units; `link` is the hash of the secret that a new link would have."""
    return {
        "again": lambda values, _: Invite(person=queries.invited(read_id(values, "_subject")), digest=link),
        "withdraw": _withdrawn,
        "enter_unit": lambda values, _: _enter_unit(values, values.get("parent", "")),
    }


def _withdrawn(values: Mapping[str, str], _: ZoneInfo) -> WithdrawInvitation:
    return WithdrawInvitation(invitation=read_id(values, "_subject"))


def on_unit(unit: Unit) -> Mapping[str, Reader]:
    """What may be done on the page of a unit."""
    return {
        "change": lambda values, _: ChangeUnit(code=unit.code, area=values.get("area", ""), name=_names(values)),
        "enter_post": lambda values, _: _enter_post(values, unit),
        "enter_unit": lambda values, _: _enter_unit(values, unit.code),
        "end": lambda *_: EndUnit(code=unit.code),
    }


def _enter_unit(values: Mapping[str, str], parent: str) -> EnterUnit:
    return EnterUnit(
        code=values.get("code", "").strip()[:40],
        kind=values.get("kind", ""),
        parent=parent,
        area=values.get("area", ""),
        name=_names(values),
    )


def enter_person(actor: Actor, values: Mapping[str, str], link: bytes) -> None:
    """A login, its person, the post taken up and the invitation, all or none. Raises Invalid, Conflict, Denied."""
    login, name = values.get("login", "").strip(), values.get("name", "").strip()[:120]
    if not _LOGIN.fullmatch(login):
        raise Invalid(_BAD_LOGIN, place="login")
    if not name:
        raise Invalid(Text("请写姓名。", "Give the name."), place="name")
    key, _ = read_key(values.get("_key", ""))
    account = open_account(login, "zh-hans")
    posts = tuple(filter(None, (values.get("post", ""),)))
    phone = values.get("phone", "").strip()[:40]
    person = EnterPerson(account=account.pk, name=name, posts=posts, phone=phone, invitation=link)
    try:
        execute(actor, person, key)
    except Refusal:
        withdraw_account(account)
        raise


def _to_come(values: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime.datetime | None:
    """A moment that is still to come; None where none is given, which means now. Raises Invalid for one that is past:
    what was held stays as it was."""
    if not values.get(name, "").strip():
        return None
    found = read_moment(values, name, zone)
    if found < datetime.datetime.now(datetime.UTC) - _A_MINUTE:
        raise Invalid(_PAST, place=name)
    return found


def _enter_post(values: Mapping[str, str], unit: Unit) -> EnterPost:
    like = Post.objects.filter(code=values.get("like", ""), active=True).first()
    if like is None:
        raise Invalid(Text("请选择同类岗位。", "Choose a post to take role and grants from."), place="like")
    return EnterPost(
        code=values.get("code", "").strip()[:60],
        unit=unit.code,
        area=values.get("area", ""),
        role=like.role,
        title=_names(values),
        grants=tuple(like.grants),
    )


def on_post(post: Post) -> Mapping[str, Reader]:
    """What may be done on the page of a post."""
    return {
        "change": lambda values, _: ChangePost(
            code=post.code, area=values.get("area", ""), role=post.role, title=_names(values), grants=_grants(values)
        ),
        "take_up": lambda values, zone: TakeUpPost(
            person=queries.found_person(values.get("login", "").strip()).pk,
            post=post.code,
            from_at=_to_come(values, "from_at", zone),
            until_at=_to_come(values, "until_at", zone),
        ),
        "step_down": lambda values, zone: StepDown(
            holding=read_id(values, "_subject"), until_at=_to_come(values, "until_at", zone)
        ),
        "end": lambda values, _: EndPost(
            post=post.code,
            to=values.get("to", ""),
            by_category=tuple(
                (name.removeprefix("to:"), code) for name, code in values.items() if name.startswith("to:") and code
            ),
        ),
    }


def on_person(person: Person, link: bytes) -> Mapping[str, Reader]:
    """What may be done on the page of a person; `link` as above."""
    return {
        "change": lambda values, _: ChangePerson(
            person=person.pk, name=values.get("name", "").strip()[:120], phone=values.get("phone", "").strip()[:40]
        ),
        "link": lambda *_: Invite(person=person.pk, digest=link),
        "withdraw": _withdrawn,
        "match": lambda values, _: MatchIdentity(person=person.pk, subject=values.get("subject", "").strip()[:255]),
        "end_sessions": lambda values, _: EndSessionsOf(person=person.pk),
        "reset": lambda values, _: ProposeReset(person=person.pk),
        **on_resets(as_auditor=False),
        "leave": lambda values, _: PersonLeaves(person=person.pk),
    }


def on_resets(*, as_auditor: bool) -> Mapping[str, Reader]:
    """What the second person may do about the reset of somebody's second factors."""

    def decided(approve: bool) -> Reader:
        return lambda values, _: DecideReset(reset=read_id(values, "_subject"), approve=approve, as_auditor=as_auditor)

    return {"confirm_reset": decided(True), "refuse_reset": decided(False)}


# --- As they are drawn --------------------------------------------------------------------------------------------


def _areas(scope: Scope) -> list[tuple[str, Text]]:
    return [(place.code, place.name) for place in places_of(scope).by_code.values()]


def _units(scope: Scope) -> list[tuple[str, Text]]:
    return [(unit.code, unit.name) for unit in agencies_of(scope).unit_by_code.values()]


def _posts(scope: Scope, but: str = "") -> list[tuple[str, Text]]:
    agencies = agencies_of(scope)
    return [
        (desk.code, Text(f"{desk.title.zh}（{unit.zh}）", f"{desk.title.en} ({unit.en})"))
        for desk in agencies.posts.values()
        if desk.code != but
        for unit in [agencies.unit_by_id[desk.unit].name]
    ]


def agencies_forms(scope: Scope, tried: Refused | None) -> Sequence[Form]:
    """A new person, a new unit."""
    above = choice("parent", Text("上级单位", "Above it"), _units(scope), required=False)
    return (
        form(
            "enter_person",
            Text("新增人员，并发放登录链接", "Enter a person and give a sign-in link"),
            (
                line("name", Text("姓名", "Name")),
                line("login", Text("账户名", "Login")),
                line("phone", Text("电话", "Phone"), required=False),
                choice("post", Text("岗位", "Post"), _posts(scope), required=False),
            ),
            tried=tried,
        ),
        form("enter_unit", Text("新设单位", "Enter a unit"), (above, *_new_unit(scope)), tried=tried),
    )


def _new_unit(scope: Scope, area: str = "") -> tuple[Input, ...]:
    return (
        line("code", _CODE),
        choice("kind", Text("种类", "Kind"), KINDS),
        choice("area", _AREA, _areas(scope), value=area),
        line("name_zh", _ZH),
        line("name_en", _EN),
    )


def unit_forms(scope: Scope, unit: Unit, tried: Refused | None) -> Sequence[Form]:
    """A new post, a new unit below it, changing and ending the unit."""
    areas, below = _areas(scope), _new_unit(scope, unit.area.code)
    return (
        form(
            "enter_post",
            Text("新设岗位", "Enter a post"),
            (
                line("code", _CODE),
                choice("area", _AREA, areas, value=unit.area.code),
                choice("like", Text("角色和权限同", "Role and grants like"), _posts(scope)),
                line("name_zh", _ZH),
                line("name_en", _EN),
            ),
            tried=tried,
        ),
        form("enter_unit", Text("新设下级单位", "Enter a unit below it"), below, tried=tried),
        form(
            "change",
            Text("变更单位", "Change the unit"),
            (
                line("name_zh", _ZH, unit.name_zh),
                line("name_en", _EN, unit.name_en),
                choice("area", _AREA, areas, value=unit.area.code),
            ),
            tried=tried,
        ),
        form("end", Text("撤销单位", "End the unit"), tried=tried, final=_ENDS_UNIT),
    )


_ENDS_UNIT = Text(
    "撤销后不能恢复。还有下属单位、在用岗位、未结事项或指向它的规则时，会逐项说明并拒绝。",
    "An ended unit stays ended. Refused, each of them named, while units, posts, open matters or rules hang on it.",
)
_ENDS_POST = Text(
    "撤销后不能恢复；任岗全部结束，未结事项移交给上面选的岗位。",
    "An ended post does not come back: its holdings end, and its open matters go to the posts chosen above.",
)
_LEAVES = Text(
    "全部任岗、排班和登录现在结束；经办的事项留在岗位上，由岗位的其他人接着办。",
    "All holdings, shifts and sign-ins end now. Matters stay with the posts, for the others who hold them.",
)


def _ticks(post: Post) -> tuple[Input, ...]:
    """A box to tick for each grant, by its title: those the post has come first."""
    return tuple(
        Input(name=_GRANT + grant, title=title_of(grant), kind="yes_no", value="on" if grant in post.grants else "")
        for grant in dict.fromkeys((*post.grants, *TITLES))
    )


def post_forms(
    scope: Scope, post: Post, counts: Sequence[tuple[str, int, Text]], tried: Refused | None
) -> Sequence[Form]:
    """Changing a post, a new holder, and ending it with the receivers of its matters."""
    others = _posts(scope, post.code)
    login = line("login", Text("账户名", "Login"))
    span = (
        moment("from_at", Text("从", "From"), required=False, hint=_FROM_NOW),
        moment("until_at", Text("到", "Until"), required=False, hint=_WITHOUT_END),
    )
    by_category = tuple(
        choice(
            f"to:{code}",
            Text(f"{title.zh}（{number} 件）移交给", f"{title.en} ({number}) go to"),
            others,
            required=False,
        )
        for code, number, title in counts
    )
    rest = choice("to", Text("其余全部移交给", "All others go to"), others, required=False)
    return (
        form(
            "change",
            Text("变更岗位", "Change the post"),
            (
                line("name_zh", _ZH, post.title_zh),
                line("name_en", _EN, post.title_en),
                choice("area", _AREA, _areas(scope), value=post.area.code),
                *_ticks(post),
            ),
            tried=tried,
        ),
        form("take_up", Text("上岗", "New holder"), (login, *span), tried=tried),
        form(
            "end",
            Text("撤岗并移交", "End the post and hand over"),
            (*by_category, rest),
            tried=tried,
            final=_ENDS_POST,
        ),
    )


_LINK = Text("发放一次性登录链接", "Give a one-time sign-in link")


def person_forms(scope: Scope, person: Person, invited: bool, tried: Refused | None) -> Sequence[Form]:
    """Name and telephone, the one-time link, the reset of factors where there are some, leaving."""
    details = (
        line("name", Text("姓名", "Name"), person.name),
        line("phone", Text("电话", "Phone"), person.phone, required=False),
    )
    identity = line(
        "subject",
        Text("统一身份（标识或电子邮箱）", "Identity at the provider (subject or e-mail)"),
        person.account.subject if person.account else "",
        required=False,
    )
    reset = Text(
        "提出重置验证方式（本人丢失了手机或密钥；须另一人确认）",
        "Propose to reset the factors (telephone or key was lost; another person confirms)",
    )
    where = len(open_of(person.account_id, scope.now)) if person.account_id else 0
    ending = Text(f"结束此人的全部登录（现有 {where} 处）", f"End all sessions of this person (open now: {where})")
    leaves = Text("离职：结束全部任岗，关闭账户", "Leaves: end all holdings, close the login")
    has_second = person.account_id is not None and store.has_second(person.account_id)
    to_reset = has_second and not waiting(scope.now, person.pk)
    return (
        form("change", Text("更正", "Correct"), details, tried=tried),
        form("link", AGAIN if invited else _LINK, tried=tried),
        *(
            (form("match", Text("对应统一身份", "Match the identity provider"), (identity,), tried=tried),)
            if provider()
            else ()
        ),
        *((form("end_sessions", ending, tried=tried),) if where else ()),
        *((form("reset", reset, tried=tried),) if to_reset else ()),
        replace(form("leave", leaves, tried=tried, final=_LEAVES), barred=left_behind_problem(person.pk, scope.now)),
    )
