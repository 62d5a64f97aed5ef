"""Every form of every page, read as a browser reads it: where it goes, and what it would send unchanged."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client
from django.utils.http import url_has_allowed_host_and_scheme

Sent = dict[str, str]


@dataclass
class Form:
    """One form: its address, its method, what it sends when nothing is typed; `free` are the inputs one types into."""

    action: str
    method: str
    page: str
    sent: Sent = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    multipart: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What tells two forms apart: the same form stands on many pages."""
        return (self.action, self.method, *sorted(self.sent))


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self._select = page, ""
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = said.get("action", "").partition("#")[0] or self.page
            multipart = "multipart" in said.get("enctype", "")
            self._open = Form(action, said.get("method", "get").lower(), self.page, multipart=multipart)
            self.forms.append(self._open)
        elif self._open is not None:
            self._input(self._open, tag, said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""

    def _input(self, form: Form, tag: str, said: dict[str, str]) -> None:
        name, kind = said.get("name", ""), said.get("type", "text")
        if tag == "select":
            self._select = name
            form.sent.setdefault(name, "")
        elif tag == "option" and self._select and not form.sent.get(self._select):
            form.sent[self._select] = said.get("value", "")
        elif not name or tag not in ("input", "textarea", "button"):
            return
        elif kind == "file":
            form.files.add(name)
        elif kind in ("checkbox", "radio"):
            form.sent.setdefault(name, said.get("value", "on"))
        else:
            needed = "必填" if "required" in said or tag == "textarea" else ""
            form.sent.setdefault(name, said.get("value", "") or needed)
            if kind not in ("hidden", "submit") and tag != "button":
                form.free.add(name)


def forms_of(client: Client, page: str) -> list[Form]:
    """The forms of one page that lead to this site; none where it shows no page to this browser."""
    answer = client.get(page)
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
        return []
    reader = _Reader(page)
    reader.feed(answer.content.decode())
    return [form for form in reader.forms if url_has_allowed_host_and_scheme(form.action, allowed_hosts=None)]
