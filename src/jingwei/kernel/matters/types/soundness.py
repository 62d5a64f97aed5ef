"""Everything a declared type can get wrong, a sentence each: a system check and a test run it for every type."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from jingwei.kernel.matters.types.words import FREE_WORDS, REPORT, Action, Field, FileRule, TaskRule

if TYPE_CHECKING:
    from jingwei.kernel.matters.types import MatterType

OF_CATEGORY = ("category.urgency", "category.verify", "category.check")
"""What a condition may ask of the category."""

LONGEST_RETENTION = 100
"""Years; what is kept for ever is handed to an archive and not declared here."""

OF_MATTER = ("matter.late", "matter.opened")
"""What a condition may ask of the matter itself."""


def problems_of(one: "MatterType") -> list[str]:
    """Every problem of the declaration; empty when it is sound."""
    checks = (
        _keys,
        _fields,
        _set,
        _files,
        _states,
        _actions,
        _clocks,
        _guards,
        _tasks,
        _returns,
        _reachability,
        _legal,
    )
    return [problem for check in checks for problem in check(one)]


def _keys(one: "MatterType") -> Iterator[str]:
    groups: Sequence[tuple[str, Sequence[str]]] = (
        ("state", [state.key for state in one.states]),
        ("action", [action.key for action in one.actions]),
        ("clock", [clock.key for clock in one.clocks]),
        ("field", [field.key for field in one.fields]),
        ("task", [task.role for task in one.tasks]),
    )
    for kind, keys in groups:
        for key in _twice(keys):
            yield f"{one.key}: two {kind}s are called {key}"


def _twice(keys: Sequence[str]) -> list[str]:
    return sorted({key for key in keys if keys.count(key) > 1})


def _fields(one: "MatterType") -> Iterator[str]:
    for field in one.fields:
        where = f"{one.key}.{field.key}"
        if field.kind in FREE_WORDS and field.searchable + field.sealed + field.harmless != 1:
            yield f"{where}: free words are exactly one of searchable, sealed and harmless"
        yield from _field(where, field)
    for place, fields in _asked(one):
        for key in _twice([field.key for field in fields]):
            yield f"{place}: two fields are called {key}"
        for field in fields:
            if field.searchable:
                yield f"{place}.{field.key}: only a matter's own fields enter the search"
            yield from _field(f"{place}.{field.key}", field)


def _set(one: "MatterType") -> Iterator[str]:
    """What acts set of a matter: the same field on both sides, and every field left to acts is set by one."""
    own = {field.key: field for field in one.fields}
    for action in one.actions:
        filled = {field.key: field for field in action.fields}
        for key in action.sets:
            where, field, target = f"{one.key}.{action.key}", filled.get(key), own.get(key)
            if field is None or target is None:
                yield f"{where}: sets {key}, which is not a field of both the action and the matter"
            elif (field.kind, field.choices, field.sealed) != (target.kind, target.choices, target.sealed):
                yield f"{where}: {key} is declared otherwise for the matter than for the action that sets it"
            elif target.searchable or target.asked_of != "act":
                yield f"{where}: {key} is not left to acts, so none sets it"
    given = {key for action in one.actions for key in action.sets}
    for field in one.fields:
        if field.asked_of == "act" and (field.key not in given or field.required):
            yield f"{one.key}.{field.key}: is left to acts, but none sets it, or a report needs it"


def _asked(one: "MatterType") -> Iterator[tuple[str, tuple[Field, ...]]]:
    for action in one.actions:
        yield f"{one.key}.{action.key}", action.fields
    for task in one.tasks:
        yield f"{one.key}.{task.role}", task.fields
        yield f"{one.key}.{task.role} (result)", task.result


def _field(where: str, field: Field) -> Iterator[str]:
    if field.sealed and field.public:
        yield f"{where}: sealed and public exclude one another"
    if field.kind == "choice" and not field.choices:
        yield f"{where}: a choice without choices"
    if field.limits and field.kind != "choice":
        yield f"{where}: limits hang on the choices of a field, and it has none"
    if field.choices and field.kind != "choice":
        yield f"{where}: choices of a field that is no choice"
    if (field.least is not None or field.most is not None) and field.kind != "number":
        yield f"{where}: bounds of a field that is no number"
    if field.least is not None and field.most is not None and field.least > field.most:
        yield f"{where}: between {field.least} and {field.most} lies no number"
    for key in _twice([key for key, _ in field.choices]):
        yield f"{where}: two choices are called {key}"


def _files(one: "MatterType") -> Iterator[str]:
    places: Iterable[tuple[str, Sequence[FileRule]]] = (
        (one.key, one.files),
        *((f"{one.key}.{action.key}", action.files) for action in one.actions),
    )
    for where, rules in places:
        for key in _twice([rule.key for rule in rules]):
            yield f"{where}: two kinds of files are called {key}"
        for rule in rules:
            if not 0 <= rule.least <= rule.most or rule.most < 1:
                yield f"{where}.{rule.key}: between {rule.least} and {rule.most} files is no range"
            if rule.public and not rule.images:
                yield f"{where}.{rule.key}: only pictures are public, as clean copies"


def _states(one: "MatterType") -> Iterator[str]:
    known = {state.key: state for state in one.states}
    if one.initial not in known:
        yield f"{one.key}: the initial state {one.initial} is not declared"
    elif one.names_unit and not known[one.initial].waits_for:
        yield f"{one.key}: a report names the unit, but the initial state does not say by which grant the unit takes it"
    for action in one.actions:
        where = f"{one.key}.{action.key}"
        for state in (*action.begins, *([action.ends] if action.ends else [])):
            if state not in known:
                yield f"{where}: unknown state {state}"
            elif known[state].final and state != action.ends and action.ends and not (action.reason or action.causes):
                yield f"{where}: leaves the final state {state} without a reason"
        if not action.begins:
            yield f"{where}: can begin nowhere"


def _actions(one: "MatterType") -> Iterator[str]:
    finals = {state.key for state in one.states if state.final}
    for action in one.actions:
        where = f"{one.key}.{action.key}"
        if action.assigns == "unit" and "unit" not in {field.key for field in action.fields}:
            yield f"{where}: assigns a unit without a field for it"
        if action.kind == "merge" and action.ends not in finals:
            yield f"{where}: a merge must end the matter"
        if action.kind != "act" and action.system_only:
            yield f"{where}: a {action.kind} is done by people"
        if action.at_intake and (one.initial not in action.begins or action.kind != "act" or action.files):
            yield f"{where}: done together with the report, it is plain, without files, and begins where reports begin"
    merged = {action.ends for action in one.actions if action.kind == "merge"}
    for action in one.actions:
        if merged & set(action.begins) and action.kind != "separate" and not action.system_only:
            yield f"{one.key}.{action.key}: only what separates it leads on from a merge"
        if action.kind == "separate" and not set(action.begins) <= merged:
            yield f"{one.key}.{action.key}: separates what no merge joined"


def _clocks(one: "MatterType") -> Iterator[str]:
    clocks = {clock.key: clock for clock in one.clocks}
    for key in one.starts:
        if key not in clocks:
            yield f"{one.key}: starts the unknown clock {key}"
    for clock in one.clocks:
        if clock.window and clock.measures_due:
            yield f"{one.key}.{clock.key}: a window has no due moment of a matter"
    for action in one.actions:
        where = f"{one.key}.{action.key}"
        turned = [*action.starts, *action.stops, *action.pauses, *action.resumes]
        turned += [word.clock for word in (action.extends, action.renews, action.promises) if word]
        for key in [*turned, *(key for key in (action.within, action.past) if key)]:
            if key not in clocks:
                yield f"{where}: unknown clock {key}"
        for key in turned:
            if key in clocks and clocks[key].window:
                yield f"{where}: {key} is a window, which no action turns"
        yield from _terms(one, action)


def _terms(one: "MatterType", action: Action) -> Iterator[str]:
    where = f"{one.key}.{action.key}"
    if action.extends:
        if bool(action.extends.field) == bool(action.extends.percent):
            yield f"{where}: an extension is given by a field or by a share, one of the two"
        if not 0 <= action.extends.percent <= 100:
            yield f"{where}: an extension of {action.extends.percent} % is longer than the first limit"
        numbers = {field.key for other in one.actions for field in other.fields if field.kind == "number"}
        if action.extends.field and action.extends.field not in numbers:
            yield f"{where}: no action has the number field {action.extends.field}"
    if any(clock.key == action.past and clock.window for clock in one.clocks):
        yield f"{where}: waits for the window {action.past}, which runs after the end"
    if action.promises:
        days = {field.key for other in one.actions for field in other.fields if field.kind == "day"}
        if action.promises.field not in days:
            yield f"{where}: no action has the day field {action.promises.field}"
    if action.renews and not 0 < action.renews.percent <= 100:
        yield f"{where}: a new term of {action.renews.percent} % of the first"


def _guards(one: "MatterType") -> Iterator[str]:
    actions = {action.key for action in one.actions}
    fields = {field.key: field for field in one.fields}
    for action in one.actions:
        where = f"{one.key}.{action.key}"
        others = {"second person": action.not_by, "only by": action.only_by, "after": action.after}
        others["unless"] = action.unless
        others["times"] = action.times.since if action.times else ()
        for word, keys in others.items():
            for key in keys:
                if key not in actions and key != REPORT:
                    yield f"{where}: {word} refers to the unknown action {key}"
        if action.times and action.times.most < 1:
            yield f"{where}: at most {action.times.most} times is never"
        for when in action.when:
            choices = {key for key, _ in fields[when.of].choices} if when.of in fields else set()
            if when.of not in (*OF_CATEGORY, *OF_MATTER, *fields):
                yield f"{where}: the condition asks for {when.of}, which is no field and nothing of the category"
            elif not when.among or (choices and not set(when.among) <= choices):
                yield f"{where}: the condition on {when.of} can never hold or names what is no choice"


def _tasks(one: "MatterType") -> Iterator[str]:
    states = {state.key: state for state in one.states}
    actions = {action.key for action in one.actions}
    for task in one.tasks:
        where = f"{one.key}.{task.role}"
        for state in task.begins:
            if state not in states:
                yield f"{where}: unknown state {state}"
            elif states[state].final:
                yield f"{where}: is asked for in the final state {state}"
        for key in task.blocks:
            if key not in actions:
                yield f"{where}: blocks the unknown action {key}"
        yield from _task(where, task)


def _task(where: str, task: TaskRule) -> Iterator[str]:
    if not task.begins:
        yield f"{where}: can be asked for nowhere"
    if task.role == "hand_over" and not task.refusals:
        yield f"{where}: a hand-over that the receiver may not refuse is none"
    if task.role == "hand_over" and task.result:
        yield f"{where}: a hand-over is accepted, not answered"


def _returns(one: "MatterType") -> Iterator[str]:
    for action in one.actions:
        where = f"{one.key}.{action.key}"
        if action.causes and not action.ends:
            yield f"{where}: sends back nowhere"
        for key in action.then:
            following = one.action(key)
            if following is None:
                yield f"{where}: the receiver may do the unknown action {key}"
            elif action.ends not in following.begins or not following.ends:
                yield f"{where}: the receiver may do {key}, which does not lead on from {action.ends}"


def _reachability(one: "MatterType") -> Iterator[str]:
    reached, edge = {one.initial}, [one.initial]
    while edge:
        here = edge.pop()
        for action in one.actions:
            if here in action.begins and action.ends and action.ends not in reached:
                reached.add(action.ends)
                edge.append(action.ends)
    for state in one.states:
        if state.key not in reached:
            yield f"{one.key}: the state {state.key} cannot be reached"
        leaving = [a for a in one.actions if state.key in a.begins and a.ends and a.ends != state.key]
        if not state.final and not leaving:
            yield f"{one.key}: the state {state.key} is a dead end"


def _legal(one: "MatterType") -> Iterator[str]:
    if not any(state.final for state in one.states):
        yield f"{one.key}: no final state"
    if not one.basis:
        yield f"{one.key}: no legal basis"
    yield from _retention(one)


def _retention(one: "MatterType") -> Iterator[str]:
    final = {state.key for state in one.states if state.final}
    named = [result for term in one.retention for result in term.results]
    for result in sorted(set(named) - final):
        yield f"{one.key}: a term of retention for {result}, which is no final state"
    for result in _twice(named):
        yield f"{one.key}: two terms of retention for {result}"
    rest = sum(not term.results for term in one.retention)
    if rest > 1 or (rest == 0 and final - set(named)):
        yield f"{one.key}: {'two terms' if rest else 'no term'} of retention for results that none names"
    for term in one.retention:
        if not 1 <= term.years <= LONGEST_RETENTION:
            yield f"{one.key}: a retention of {term.years} years"
