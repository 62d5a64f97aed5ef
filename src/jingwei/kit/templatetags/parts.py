"""Tags of the parts that pages are made of; `/kit/` shows each in every state. Built into every template, as kit.py is.

A part with room inside is a block: `{% fold title %}…{% endfold %}`. What a part needs to know is given by name.
"""

from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jingwei.kernel.values.words import Text
from jingwei.kit.moments import TimeLeft
from jingwei.kit.parts.timeline import Day
from jingwei.kit.templatetags.kit import in_

register = template.Library()

_FIND, _NO_FILES = Text("查找", "Search"), Text("没有文件。", "No files.")

_BESIDE = {
    "state": ' <span class="state">{}</span>',
    "count": ' <span class="badge">{}</span>',
    "code": ' <span class="number soft small">{}</span>',
}
"""What may stand beside the title of a fold."""


@register.simple_block_tag
def matter_head(
    content: str, title: Text | str, number: str, *, state: Text, left: TimeLeft | None = None, why: str = ""
) -> SafeString:
    """The head of a matter's page: what it is, where it stands, how much time is left and why, its number; inside comes
    what a page adds to the line."""
    words = title if isinstance(title, str) else in_(title)
    shown = {"title": words, "number": number, "state": state, "left": left, "why": why, "more": content}
    return SafeString(render_to_string("kit/parts/matter_head.html", shown))


@register.inclusion_tag("kit/parts/timeline.html", takes_context=True)
def timeline(context: Context, days: tuple[Day, ...], duty: str = "") -> dict[str, Any]:
    """What happened, day by day; `duty` is the address where the time of each leads to who was on duty then."""
    return {"days": days, "duty": duty, "city": context["city"]}


@register.simple_block_tag
def filters(content: str, button: str = "", *, one: bool = False, also: str = "", **attributes: str) -> SafeString:
    """The bar of what a list is narrowed by, a form whose fields are inside; `one` field alone takes the whole width.
    Attributes of the form are named with `_` for `-`; `also` are further classes."""
    classes = " ".join(part for part in ("filters", "filters-one" if one else "", also) if part)
    named = flatatt({name.replace("_", "-"): value for name, value in attributes.items() if value})
    words = button or in_(_FIND)
    return format_html('<form method="get" class="{}"{}>{}<button>{}</button></form>', classes, named, content, words)


@register.simple_block_tag
def file_strip(content: str) -> SafeString:
    """Files side by side, each a `{% file %}`; says so where there is none."""
    if not content.strip():
        return format_html('<p class="soft">{}</p>', in_(_NO_FILES))
    return format_html('<ul class="files">{}</ul>', content)


@register.simple_block_tag
def file(content: str, title: Text, *, picture: str = "", small: str = "") -> SafeString:
    """One file of a strip: the small picture at the address `small` leads to the large one; inside stands what is known
    of it. A file that is no picture, or is gone, has no addresses."""
    shown = SafeString()
    if picture and small:
        line = '<a href="{}"><img src="{}" alt="{}" width="112" height="112" loading="lazy"></a>'
        shown = format_html(line, picture, small, in_(title))
    return format_html("<li>{}<div>{}</div></li>", shown, content)


@register.simple_block_tag
def fold(content: str, title: Text | str, *, unfolded: Any = False, also: str = "", **more: Any) -> SafeString:
    """Something that opens where it is needed: an act, a clock, a group. `also` are further classes; `more` may give
    the `mark` by which an address names it, the `digit` that opens it, and beside the title a `state`, `count`, `code`.
    """
    digit = more.get("digit")
    key = format_html("<kbd>{}</kbd> ", digit) if digit else ""
    shown = ((mark, more[name]) for name, mark in _BESIDE.items() if more.get(name) is not None)
    beside = SafeString("".join(format_html(mark, in_(one) if isinstance(one, Text) else one) for mark, one in shown))
    named = flatatt({"class": f"act {also}".strip(), "id": more.get("mark") or None, "open": bool(unfolded)})
    words = in_(title) if isinstance(title, Text) else title
    head = format_html("<summary{}>{}{}{}</summary>", flatatt({"data-digit": digit or None}), key, words, beside)
    return format_html("<details{}>{}{}</details>", named, head, content)


@register.inclusion_tag("kit/parts/action_form.html")
def action_form(form: Any, address: str = "", version: int | None = None, replies: Any = ()) -> dict[str, Any]:
    """The form of one act: `title`, `inputs`, `form_key`, `error` and, where it has them, `files`, `kept`, `act` and
    `subject`. It is sent to the `address`, the page itself where there is none, and is about the `version`; `replies`
    are texts that an answer may begin with."""
    return {"form": form, "address": address, "version": version, "replies": replies}


@register.inclusion_tag("kit/parts/folded_form.html")
def folded_form(form: Any, title: Text | None = None, also: str = "") -> dict[str, Any]:
    """An `action_form` that opens by its title, and stands open where it was refused."""
    return {"form": form, "title": title or form.title, "also": also}


@register.inclusion_tag("kit/parts/sure.html")
def sure(mark: str, words: Text, what: Text, name: str = "", value: str = "") -> dict[str, Any]:
    """A button for what cannot be undone: it asks first, in a dialog, saying `what` happens. Without a script it sends
    at once. `mark` is an id that is the page's alone; `name` and `value` are the button's own."""
    return {"mark": mark, "words": words, "what": what, "name": name, "value": value}
