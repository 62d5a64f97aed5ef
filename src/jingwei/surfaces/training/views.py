"""The pages of a training city: roles, their exercises, the check. In every other city they are absent."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jingwei.kernel.agencies.models import Account
from jingwei.kernel.commands.scope import as_uuid
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.exercise import AtExercise, at_exercise, forget, keep, turn
from jingwei.kit.language import IN_SESSION, back_to
from jingwei.kit.page import Face, public_face, show
from jingwei.kit.permission import ActorRequest
from jingwei.surfaces.training.checks import look
from jingwei.surfaces.training.declared import MINUTES, Exercise, exercise_named, exercises_of
from jingwei.surfaces.training.preparing import Prepared, prepare
from jingwei.surfaces.training.roles import ROLES, account_of, role_named

ROLE, BEGUN, DONE, NOW = "training_role", "training_begun", "training_done", "training_now"
"""In the session: the role that is tried, what was begun and done of all, and what the present exercise prepared."""

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_STATES = {"new": Text("未做", "new"), "begun": Text("做过，没做完", "begun"), "done": Text("做对了", "done")}


@dataclass(frozen=True, slots=True)
class Line:
    """An exercise in the list."""

    number: int
    exercise: Exercise
    state: str
    words: Text


def training_face() -> Face:
    """The city as its pages show it. Raises NotFound where it is not one for training."""
    face = public_face()
    if face.training is None:
        raise not_found()
    return face


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Which role to try, and the exercises of the one that is tried."""
    face = training_face()
    chosen = role_named(request.session.get(ROLE, "")) if request.user.is_authenticated else None
    context = {
        "roles": ROLES,
        "chosen": chosen,
        "minutes": MINUTES,
        "lines": _lines(request, chosen.key if chosen else ""),
    }
    return show(request, "training/home.html", face, context)


def _lines(request: HttpRequest, role: str) -> list[Line]:
    found = []
    for number, one in enumerate(exercises_of(role), 1):
        state = "done" if one.name in request.session.get(DONE, ()) else "new"
        if state == "new" and one.name in request.session.get(BEGUN, ()):
            state = "begun"
        found.append(Line(number, one, state, _STATES[state]))
    return found


@require_POST
def take_role(request: HttpRequest) -> HttpResponse:
    """Signs in as the invented person of the role: nothing here is worth a password. Raises NotFound."""
    training_face()
    role = role_named(request.POST.get("role", ""))
    account: Account | None = account_of(role) if role else None
    if role is None or account is None:
        raise not_found()
    kept = {key: request.session[key] for key in (IN_SESSION, BEGUN, DONE) if key in request.session}
    login(request, account, backend=_BACKEND)
    forget(request)
    request.session.update({**kept, ROLE: role.key})
    return HttpResponseRedirect(f"{reverse('training:home')}#exercises")


@require_POST
def start(request: ActorRequest) -> HttpResponse:
    """Prepares fresh matters and leads to the page where the exercise is done. Raises NotFound."""
    training_face()
    role = request.session.get(ROLE, "")
    exercise = exercise_named(role, request.POST.get("exercise", ""))
    if exercise is None:
        raise not_found()
    prepared = prepare(exercise)
    name, *keys = exercise.page
    page = reverse(name, args=[prepared.made[key] for key in keys])
    task = Text(exercise.task.zh.format(**prepared.made), exercise.task.en.format(**prepared.made))
    every = exercises_of(role)
    keep(
        request, AtExercise(every.index(exercise) + 1, len(every), exercise.title, task, tuple(exercise.steps), 0, page)
    )
    request.session[NOW] = _kept(exercise, prepared)
    _note(request, BEGUN, exercise)
    return HttpResponseRedirect(page)


def _kept(exercise: Exercise, prepared: Prepared) -> dict[str, Any]:
    return {
        "exercise": exercise.name,
        "begun": prepared.begun.isoformat(),
        "matter": str(prepared.matter or ""),
        "second": str(prepared.second or ""),
        "version": prepared.version,
        "made": dict(prepared.made),
    }


def _prepared(kept: Mapping[str, Any]) -> Prepared:
    begun = datetime.datetime.fromisoformat(kept["begun"])
    return Prepared(begun, as_uuid(kept["matter"]), as_uuid(kept["second"]), kept["made"], kept["version"])


def _note(request: HttpRequest, where: str, exercise: Exercise) -> None:
    known = request.session.get(where, [])
    if exercise.name not in known:
        request.session[where] = [*known, exercise.name]


@require_POST
def step(request: ActorRequest) -> HttpResponse:
    """Shows the next step of the exercise in the bar, or the one before."""
    training_face()
    turn(request, -1 if request.POST.get("by") == "-1" else 1)
    return back_to(request)


@require_POST
def check(request: ActorRequest) -> HttpResponse:
    """What of the exercise is right and what is missing, as the record has it. Raises NotFound."""
    face, kept, at = training_face(), request.session.get(NOW), at_exercise(request)
    exercise = exercise_named(*kept["exercise"].split("/")) if kept else None
    if kept is None or exercise is None or at is None or exercise.role != request.session.get(ROLE):
        raise not_found()
    found = look(exercise, _prepared(kept), request.actor)
    done = all(one.met for one in found)
    if done:
        _note(request, DONE, exercise)
    every = exercises_of(exercise.role)
    following = every[at.number] if at.number < len(every) else None
    context = {"exercise": exercise, "found": found, "done": done, "at": at, "following": following}
    return show(request, "training/check.html", face, context)


@require_POST
def leave(request: ActorRequest) -> HttpResponse:
    """Ends the exercise; what was done stays until the reset."""
    training_face()
    forget(request)
    request.session.pop(NOW, None)
    return HttpResponseRedirect(reverse("training:home"))
