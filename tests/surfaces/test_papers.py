"""Document templates of papers on the desk: taken to Word, brought back into a draft, checked, tried on a matter,
published by a second person, filled for whoever may print, taken back."""

import io
import re
import shutil
import subprocess
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from jingwei.kernel.matters.models import Matter
from jingwei.kernel.rulebook.models import Document as Kept
from jingwei.kernel.rulebook.models import Draft
from jingwei.kit.printing.sheets import PAPERS
from tests.city import City, add_post, day_of_city
from tests.surfaces.conftest import SignIn, hidden_in

RECEIPT = "/rules/papers/receipt/?language=zh"
EDITS = ("rulebook.read", "rulebook.edit", "matter.read")
TODAY = day_of_city().isoformat()


@pytest.fixture
def city(city: City) -> City:
    add_post(city, "head", "HOTLINE", "T", "head", EDITS)
    return city


def words(content: bytes) -> str:
    """Everything that a document says."""
    whole = Document(io.BytesIO(content))
    cells = (cell for table in whole.tables for row in table.rows for cell in row.cells)
    foot = (one for section in whole.sections for one in (*section.header.paragraphs, *section.footer.paragraphs))
    return "\n".join(one.text for one in (*whole.paragraphs, *cells, *foot))


def edited(content: bytes, **changes: str) -> bytes:
    """The template with a line at its end, and with words in place of others."""
    whole = Document(io.BytesIO(content))
    for paragraph in whole.paragraphs:
        for run in paragraph.runs:
            run.text = changes.get(run.text, run.text)
    whole.add_paragraph(changes.get("line", "本市便民热线 12345"))
    kept = io.BytesIO()
    whole.save(kept)
    return kept.getvalue()


def got(client: Client, address: str) -> bytes:
    """A document that is handed out."""
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, address
    assert answer.headers["Content-Disposition"].endswith('.docx"')
    return bytes(answer.content)


def send(client: Client, content: bytes, address: str = RECEIPT, **values: str) -> Any:
    """Sends an edited template as a browser would."""
    key = hidden_in(client.get(address))["_key"]
    file = SimpleUploadedFile("模板.docx", content)
    return client.post(address, {"_key": key, "_do": "put", "basis": "试城办〔2026〕9号", "file": file, **values})


def put(client: Client, content: bytes, address: str = RECEIPT, **values: str) -> str:
    """Puts a template into a draft; gives the draft's address."""
    answer = send(client, content, address, **{"from_on": TODAY, **values})
    assert answer.status_code == HTTPStatus.SEE_OTHER, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[-2000:]
    return str(answer["Location"]).partition("?")[0]


def act(client: Client, address: str, act: str, **values: str) -> str:
    """An act on the draft."""
    key, version = hidden_in(client.get(address))["_key"], Draft.objects.latest("begun_at").version
    answer = client.post(address, {"_key": key, "_do": act, "_subject": str(version), **values})
    assert answer.status_code == HTTPStatus.SEE_OTHER, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[-2000:]
    return str(answer["Location"]).partition("?")[0]


def text(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == HTTPStatus.OK, address
    return str(page.content.decode())


def test_a_template_goes_to_word_and_back_and_a_second_person_publishes_it(city: City, sign_in: SignIn) -> None:
    matter = city.report(cell="T1-02")
    word = f"/matters/{matter.number}/print/receipt/word/"
    assert "本市便民热线" not in words(got(sign_in("intake"), word))
    client = sign_in("head")
    assert "标准模板" in text(client, "/rules/print/")
    draft = put(client, edited(got(client, f"{RECEIPT}&as=docx")))
    page = text(client, draft)
    assert "受理回执（中文）" in page and "本市便民热线 12345" in page and "文字改动 1" in page
    act(client, draft, "ask")
    assert "本市便民热线" not in words(got(sign_in("intake"), word)), "not before it is published"
    second = sign_in("administrator")
    sha256 = Kept.objects.get().sha256
    trial = f"{RECEIPT}&document={sha256}&number={matter.number}"
    assert "本市便民热线" in words(got(second, f"{RECEIPT}&document={sha256}&as=docx"))
    assert "matter.read" not in text(second, trial) and "下载填好的文书" not in text(second, trial)
    act(second, draft, "publish")
    assert "本市便民热线" in words(got(sign_in("intake"), word))
    own = text(sign_in("head"), "/rules/print/?subject=receipt/zh")
    assert "打开这一版" in own and "试城办〔2026〕9号" in own
    assert "现行" in text(client, RECEIPT)
    undo = act(client, draft, "undo", title="撤回", from_on=TODAY)
    act(client, undo, "ask")
    act(sign_in("administrator"), undo, "publish")
    assert "本市便民热线" not in words(got(sign_in("intake"), word))
    assert "本市便民热线" in words(got(client, f"{RECEIPT}&document={sha256}&as=docx")), "the old version stays"


def test_a_trial_says_what_each_field_was_filled_with(city: City, sign_in: SignIn) -> None:
    matter, client = city.report(cell="T1-02"), sign_in("head")
    page = text(client, f"{RECEIPT}&number={matter.number}")
    assert "填入的内容" in page and f"/follow/?number={matter.number}" in page
    assert matter.number in words(got(client, f"{RECEIPT}&number={matter.number}&as=docx"))
    assert "没有" in text(client, f"{RECEIPT}&number=0000-0000-0000")
    notice = text(client, f"/rules/papers/notice/?language=zh&number={matter.number}")
    assert "现在不能打印" in notice, "it is not closed yet"


def test_what_is_wrong_is_named_and_goes_into_no_draft(city: City, sign_in: SignIn) -> None:
    client = sign_in("head")
    standard = got(client, f"{RECEIPT}&as=docx")
    wrong = edited(
        standard, **{"{{ 日期 }}": "{{ 日期", "编号：{{ 编号 }}": "编号：{{ 编码 }}", "line": "{{ 办理结果 }}"}
    )
    answer = send(client, wrong)
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for named in (
        "没有“编码”这个字段",
        "是不是 {{ 编号 }}？",
        "正文：“编号：{{ 编码 }}”",
        "缺少“日期”",
        "大括号不成对",
    ):
        assert named in page, named
    assert "没有“办理结果”这个字段" in page, "a notice has it, a receipt has not"
    assert send(client, b"PK\x03\x04").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "超过 600 KB" in send(client, bytes(700_000)).content.decode()
    assert "请选择文件" in send(client, b"").content.decode()
    assert "依据" in send(client, edited(standard), basis=" ").content.decode()
    assert not Draft.objects.exists() and not Kept.objects.exists()


def test_a_second_file_takes_the_place_of_the_first_in_the_draft(city: City, sign_in: SignIn) -> None:
    client = sign_in("head")
    standard = got(client, f"{RECEIPT}&as=docx")
    draft = put(client, edited(standard, line="第一稿"))
    key = draft.rstrip("/").rpartition("/")[2]
    assert put(client, edited(standard, line="第二稿"), draft=key) == draft
    page = text(client, draft)
    assert "第二稿" in page and "第一稿" not in page
    assert Kept.objects.all().values_list("draft_id", flat=True).distinct().get() == Draft.objects.get().pk
    english = "/rules/papers/receipt/?language=en"
    assert put(client, edited(got(client, f"{english}&as=docx"), line="Call 311"), english, draft=key) == draft


def test_the_city_may_return_to_the_standard_template(city: City, sign_in: SignIn) -> None:
    client = sign_in("head")
    assert "改回标准模板" not in text(client, RECEIPT)
    first = put(client, edited(got(client, f"{RECEIPT}&as=docx")))
    act(client, first, "ask")
    act(sign_in("administrator"), first, "publish")
    assert "改回标准模板" in text(client, RECEIPT)
    key = hidden_in(client.get(RECEIPT))["_key"]
    ended = client.post(RECEIPT, {"_key": key, "_do": "end", "basis": "试城办〔2026〕10号", "from_on": TODAY})
    draft = str(ended["Location"]).partition("?")[0]
    assert "不再适用" in text(client, draft)
    act(client, draft, "ask")
    act(sign_in("administrator"), draft, "publish")
    matter = city.report(cell="T1-02")
    assert "本市便民热线" not in words(got(sign_in("intake"), f"/matters/{matter.number}/print/receipt/word/"))


def test_whoever_only_reads_the_rulebook_sends_nothing_and_sees_no_draft(city: City, sign_in: SignIn) -> None:
    client = sign_in("head")
    put(client, edited(got(client, f"{RECEIPT}&as=docx")))
    reader, sha256 = sign_in("intake"), Kept.objects.get().sha256
    assert "换上改好的模板" not in text(reader, RECEIPT)
    assert reader.get(f"{RECEIPT}&document={sha256}").status_code == HTTPStatus.NOT_FOUND
    file = SimpleUploadedFile("a.docx", b"x")
    assert reader.post(RECEIPT, {"_do": "put", "file": file, "basis": "x"}).status_code == HTTPStatus.FORBIDDEN
    for absent in ("/rules/papers/passport/", f"{RECEIPT}&document={'0' * 64}", f"{RECEIPT}&document=x"):
        assert client.get(absent).status_code == HTTPStatus.NOT_FOUND


def test_the_filled_paper_is_for_whoever_may_print_and_offered_beside_the_pdf(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(cell="T1-02"), "dispatched")
    page = text(sign_in("intake"), f"/matters/{matter.number}/")
    for paper in ("receipt", "order", "urging"):
        address = f"/matters/{matter.number}/print/{paper}/word/"
        assert address in page
        said = words(got(sign_in("intake"), address))
        assert matter.number in said and "{{" not in said
        assert sign_in("auditor").get(address).status_code == HTTPStatus.FORBIDDEN
    intake = sign_in("intake")
    assert intake.get(f"/matters/{matter.number}/print/notice/word/").status_code == HTTPStatus.CONFLICT
    assert intake.get(f"/matters/{matter.number}/print/passport/word/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.proof
def test_an_office_opens_what_is_handed_out(city: City, sign_in: SignIn, tmp_path: Path) -> None:
    """Every paper, filled, as LibreOffice shows it."""
    office = shutil.which("soffice")
    if office is None or not (Path(office).resolve().parent / "libswlo.so").exists():
        pytest.skip("LibreOffice Writer is not installed (Debian's package libreoffice-writer-nogui)")
    matter = Matter.objects.get(pk=city.bring_to(city.report(cell="T1-02"), "closed").pk)
    papers = [paper for paper in PAPERS if paper != "urging"]
    for paper in papers:
        content = got(sign_in("intake"), f"/matters/{matter.number}/print/{paper}/word/")
        (tmp_path / f"{paper}.docx").write_bytes(content)
    told = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "txt:Text"]
    files = [str(tmp_path / f"{paper}.docx") for paper in papers]
    subprocess.run([*told, "--outdir", str(tmp_path), *files], check=True, capture_output=True)  # noqa: S603
    for paper in papers:
        assert matter.number in (tmp_path / f"{paper}.txt").read_text(encoding="utf-8")
