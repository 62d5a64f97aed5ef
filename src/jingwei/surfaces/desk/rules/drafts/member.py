"""One member of a value in a form: what it is called, how it is shown, and how it is read back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Group

Groups = Callable[[Scope], Iterable[Group]]
_NONE = Text("", "")
_YES_NO = (("true", Text("是", "Yes")), ("false", Text("否", "No")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One input: `path` is where the value stands in the content (`answer.amount`), `usual` what it means where it is
    not said."""

    path: str
    title: Text
    kind: str = "line"
    required: bool = True
    longest: int = 200
    groups: Groups | None = None
    hint: Text | None = None
    show: Callable[[Any], str] = str
    read: Callable[[str], Any] = str
    usual: Any = None
    part: Text | None = None  # of a long form: under which title it stands
    said: bool = True  # a sheet says what was chosen by its name; by its code where names may be alike

    @property
    def key(self) -> str:
        """The name of its input."""
        return self.path.replace(".", "-")

    def shown(self, content: Mapping[str, Any]) -> str:
        """What the input holds for a value."""
        value: Any = content
        for part in self.path.split("."):
            value = value.get(part, self.usual) if isinstance(value, Mapping) else self.usual
        return "" if value is None else self.show(value)

    def write(self, content: dict[str, Any], text: str) -> None:
        """Puts what was typed into the content. Raises Invalid with the input as its place."""
        *above, last = self.path.split(".")
        for part in above:
            content[part] = dict(content.get(part, {}))
            content = content[part]
        try:
            value = self.read(text)
        except Invalid as refusal:
            raise Invalid(refusal.reason, place=self.key) from refusal
        if (text == "" and not self.required and self.usual is None) or (value == self.usual and last not in content):
            content.pop(last, None)
        else:
            content[last] = value


def part(title: Text, *members: Member) -> tuple[Member, ...]:
    """Members that stand together under a title of their own."""
    return tuple(replace(one, part=title) for one in members)


def among(choices: Iterable[tuple[str, Text]]) -> Groups:
    """A choice of these, the same for everybody."""
    groups = (Group(_NONE, tuple(choices)),)
    return lambda _: groups


def line(path: str, title: Text, **more: Any) -> Member:
    """One line of text."""
    return Member(path=path, title=title, **more)


def number(path: str, title: Text, **more: Any) -> Member:
    """A whole number."""
    return Member(path=path, title=title, kind="number", read=_whole, **more)


def choice(path: str, title: Text, groups: Groups, **more: Any) -> Member:
    """A choice among codes."""
    return Member(path=path, title=title, kind="choice", groups=groups, **more)


def flag(path: str, title: Text, **more: Any) -> Member:
    """Yes or no."""
    return choice(path, title, among(_YES_NO), show=_flag, read=lambda text: text == "true", **more)


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid(Text("请写一个整数。", "Give a whole number."))
    return int(text)


def _flag(value: bool) -> str:
    return "true" if value else "false"
