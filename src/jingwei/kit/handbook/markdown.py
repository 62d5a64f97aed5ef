"""The handbook as Markdown files, Chinese first: one page a type and language, and an index in each language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from jingwei.kernel.matters.types import MatterType, all_types
from jingwei.kernel.values.words import Text
from jingwei.kit.handbook.content import handbook_of
from jingwei.kit.handbook.diagram import arrows, everywhere
from jingwei.kit.handbook.parts import Entry, Facts, Lines, Section, Table, joined

LANGUAGES: Mapping[str, str] = {"zh": ".md", "en": ".en.md"}
"""How the files of each language end."""

_MADE = "<!-- `make handbook` 由类型声明生成，请勿手改 / made from the declaration by `make handbook`; do not edit -->"
_COLON = Text("：", ": ")


def pages(types: Iterable[MatterType] | None = None) -> dict[str, str]:
    """Every file of the handbook by its name: of the newest version of each installed type."""
    every = all_types() if types is None else list(types)
    found = {}
    for language, ending in LANGUAGES.items():
        found[f"README{ending}"] = _text(_index(every, language))
        for one in every:
            found[f"{one.key}{ending}"] = _text(_page(one, language))
    return found


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def _other(name: str, language: str) -> str:
    return f"[English]({name}{LANGUAGES['en']})" if language == "zh" else f"[中文]({name}{LANGUAGES['zh']})"


def _index(types: Sequence[MatterType], language: str) -> Iterator[str]:
    yield from (_MADE, "", f"# {Text('办理手册', 'Handbook').in_(language)}", "", _other("README", language), "")
    yield Text(
        "每类事项一页：状态、谁能办什么、要填什么、时限、依据。都由类型的声明生成，因此与系统所做的一致。",
        "One page for each type of matter: states, who may do what, what has to be filled in, limits, legal basis. "
        "All of it is made from the declaration of the type, and so it is what the system does.",
    ).in_(language)
    yield ""
    heads = (
        Text("事项类型", "Type of matter"),
        Text("状态", "States"),
        Text("动作", "Acts"),
        Text("依据", "Legal basis"),
    )
    rows = []
    for one in types:
        name = one.title.in_(language)
        link = f"[{_plain(name)}]({one.key}{LANGUAGES[language]})"
        basis = Text(one.basis, one.basis_en or one.basis).in_(language)
        rows.append([link, str(len(one.states)), str(len(one.actions)), _plain(basis)])
    yield from _rows([head.in_(language) for head in heads], rows)


def _page(one: MatterType, language: str) -> Iterator[str]:
    book = handbook_of(one)
    index = Text("办理手册", "Handbook").in_(language)
    yield from (_MADE, "", f"# {book.title.in_(language)}", "")
    yield from (f"[{index}](README{LANGUAGES[language]}) · {_other(one.key, language)}", "")
    yield from _facts(book.facts, language)
    yield from ("", f"## {Text('状态图', 'State diagram').in_(language)}", "", *_mermaid(one, language), "")
    for section in book.sections:
        yield from _section(section, language)


def _mermaid(one: MatterType, language: str) -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2")
    for state in one.states:
        yield f'  state "{_label(state.title.in_(language))}" as {state.key}'
    yield f"  [*] --> {one.initial}"
    for arrow in arrows(one):
        yield f"  {arrow.begins} --> {arrow.ends}: {_label(arrow.title.in_(language))}"
    for state in one.states:
        if state.final:
            yield f"  {state.key} --> [*]"
    yield "```"
    left_out = everywhere(one)
    if left_out:
        named = joined((action.title for action in left_out), "／", " / ")
        said = Text(f"几乎随处可办、图中不画：{named.zh}", f"Possible nearly everywhere, not drawn: {named.en}")
        yield from ("", said.in_(language))


def _label(text: str) -> str:
    """Words that Mermaid would take for its own are written otherwise."""
    return text.replace(": ", " – ").replace(";", ",").replace('"', "'").replace(":", "：")


def _section(section: Section, language: str) -> Iterator[str]:
    yield from (f"## {section.title.in_(language)}", "")
    if section.lead:
        yield from (section.lead.in_(language), "")
    if section.table:
        yield from (*_table(section.table, language), "")
    for entry in section.entries:
        yield from _entry(entry, language)


def _entry(entry: Entry, language: str) -> Iterator[str]:
    yield from (f"### {entry.title.in_(language)} `{entry.key}`", "")
    yield from (*_facts(entry.facts, language), "")


def _facts(facts: Facts, language: str) -> Iterator[str]:
    for title, lines in facts:
        said = Text("；", "; ").in_(language).join(line.in_(language) for line in lines)
        yield f"- **{title.in_(language)}**{_COLON.in_(language)}{said}"


def _table(table: Table, language: str) -> Iterator[str]:
    rows = [[_cell(lines, language) for lines in row] for row in table.rows]
    yield from _rows([head.in_(language) for head in table.heads], rows)


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _cell(lines: Lines, language: str) -> str:
    return "<br>".join(_plain(line.in_(language)) for line in lines)


def _plain(text: str) -> str:
    return text.replace("|", "\\|")
