from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docx import Document

from vetbenefits.output.letters import LetterTemplate, without_times
from vetbenefits.output.pages import PageTemplate
from vetbenefits.output.posting import posting_document, posting_page
from vetbenefits.output.templates import CHANGE_FIELDS, LETTER_FIELDS
from vetbenefits.problems import InvalidInput
from vetbenefits.reports.notices import ChangeTold, Letter
from vetbenefits.reports.report import Column, Report, Section

if TYPE_CHECKING:
    from types import ModuleType

    from vetbenefits.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
CHANGE = ChangeTold(
    title="农村籍退役士兵老年生活补助",
    change="开始发放",
    on="2027年2月8日",
    what="自2027年2月8日起发放，每月 240.00 元",
    from_amount="",
    to_amount="240.00",
    each="每月",
    before="",
    after="每月 240.00 元",
    first_month="2027年2月",
    law="民发〔2011〕110号",
    reason="年满60周岁",
    missing="",
    where="退役军人服务站",
    steps=("申请", "审核"),
    documents=("居民身份证", "户口簿"),
    deadline="2027年1月31日以前",
)
LETTER = Letter(
    person_id="P004",
    name="例华山",
    id_number="990101********0411",
    division="990101001002",
    changes=(CHANGE,),
    office="例县退役军人事务局",
    contact="0000-0000000",
    date="2026年11月22日",
)
DOT = base64.b64decode(  # a picture of one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
ODD = replace(LETTER, person_id="P009", name="=例<庐&山>\x07{{ 7*7 }}")


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [
        " | ".join(cell.text for cell in row.cells) for one in document.tables for row in one.rows
    ]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def word_file(path: Path, *paragraphs: str, header: str = "") -> Path:
    document = Document()
    for one in paragraphs:
        document.add_paragraph(one)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    document.save(str(path))
    return path


def page_file(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path, kind: type[LetterTemplate | PageTemplate]) -> Problem:
    with pytest.raises(InvalidInput) as error:
        kind(path)
    return error.value.problems[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_shipped_letter_says_everything(language: str) -> None:
    text = text_of(LetterTemplate(TEMPLATES / f"notice.{language}.docx").one_file([LETTER]))
    for said in (
        *(LETTER.name, LETTER.id_number, LETTER.office, LETTER.contact, LETTER.date),
        *(CHANGE.title, CHANGE.what, CHANGE.law, CHANGE.where, CHANGE.deadline, CHANGE.after),
        *("1. 居民身份证", "2. 户口簿", "1. 申请", "2. 审核"),
    ):
        assert said in text
    assert "{" not in text
    assert CHANGE.missing == ""
    assert ("缺少的信息" if language == "zh" else "What is missing") not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_shipped_page_says_everything(language: str) -> None:
    page = PageTemplate(TEMPLATES / f"notice.{language}.html").file([LETTER, ODD]).decode()
    for said in (LETTER.name, CHANGE.what, CHANGE.law, CHANGE.deadline, "<li>户口簿</li>"):
        assert said in page
    assert page.count("<section>") == 2
    assert "=例&lt;庐&amp;山&gt;" in page
    assert "{{ 7*7 }}" in page


def test_odd_name_stands_as_it_is() -> None:
    text = text_of(LetterTemplate(TEMPLATES / "notice.zh.docx").one_file([ODD]))
    assert "=例<庐&山>\N{REPLACEMENT CHARACTER}{{ 7*7 }} 同志：" in text


def test_each_letter_begins_a_page() -> None:
    letters = [replace(LETTER, name=f"例{number}") for number in range(3)]
    content = LetterTemplate(TEMPLATES / "notice.zh.docx").one_file(letters)
    document = Document(io.BytesIO(content))
    breaks = [one.paragraph_format.page_break_before for one in document.paragraphs]
    assert breaks.count(True) == 2
    text = text_of(content)
    assert text.index("例0 同志") < text.index("例1 同志") < text.index("例2 同志")
    assert len(document.sections) == 1


def test_letter_that_begins_with_a_table_begins_a_page(tmp_path: Path) -> None:
    document = Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{{ name }}"
    document.save(str(tmp_path / "own.docx"))
    content = LetterTemplate(tmp_path / "own.docx").one_file([LETTER, LETTER])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("word/document.xml").count(b'w:type="page"') == 1


def test_picture_of_the_template_is_in_every_letter(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("{{ name }}").add_run().add_picture(io.BytesIO(DOT))
    document.save(str(tmp_path / "own.docx"))
    content = LetterTemplate(tmp_path / "own.docx").one_file([LETTER, LETTER, LETTER])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [name for name in archive.namelist() if name.startswith("word/media/")] != []
        body = archive.read("word/document.xml").decode()
    assert len(re.findall("<a:blip ", body)) == 3
    assert re.findall('<wp:docPr id="([0-9]+)"', body) == ["1", "2", "3"]


def test_every_field_is_documented() -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for name in LETTER_FIELDS:
        assert f"{{{{ {name} }}}}" in page or f" in {name} %}}" in page
    for name in CHANGE_FIELDS:
        assert f"{{{{ change.{name} }}}}" in page or f" in change.{name} %}}" in page


def test_same_letters_give_the_same_bytes() -> None:
    template = LetterTemplate(TEMPLATES / "notice.zh.docx")
    assert template.one_file([LETTER, ODD]) == template.one_file([LETTER, ODD])
    assert template.each_file(LETTER) == template.each_file(LETTER)
    with zipfile.ZipFile(io.BytesIO(template.one_file([LETTER]))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_archive_keeps_what_is_in_it() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("b", "two")
        archive.writestr("[Content_Types].xml", "first")
        archive.writestr("a", "one")
    with zipfile.ZipFile(io.BytesIO(without_times(written.getvalue()))) as archive:
        assert archive.namelist() == ["[Content_Types].xml", "a", "b"]
        assert archive.read("b") == b"two"


# --- templates that are wrong ------------------------------------------------------------------


def test_unknown_field_of_a_letter_is_named_with_those_there_are(tmp_path: Path) -> None:
    problem = refused(word_file(tmp_path / "own.docx", "您好 {{ nmae }}"), LetterTemplate)
    assert problem.code == "VB755"
    assert problem.message == "the template has no field `nmae` to fill in, near “您好 {{ nmae }}”"
    assert problem.hint == f"did you mean `name`?; there are: {', '.join(LETTER_FIELDS)}"
    assert problem.span.file.endswith("own.docx")


def test_unknown_field_of_a_change_is_named_even_where_no_letter_comes(tmp_path: Path) -> None:
    text = "{% for letter in letters %}{% for one in letter.changes %}{% if one.missing == 'x' %}\n"
    text += "{{ one.titel }}{% endif %}{% endfor %}{% endfor %}"
    problem = refused(page_file(tmp_path / "own.html", text), PageTemplate)
    assert problem.message == "the template has no field `one.titel` to fill in"
    assert problem.span.line == 2
    assert problem.hint.startswith("did you mean `title`?")
    assert problem.hint.endswith(f"there are: {', '.join(CHANGE_FIELDS)}")


def test_all_unknown_fields_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as error:
        LetterTemplate(word_file(tmp_path / "own.docx", "{{ nmae }}", "{{ phone }}", "{{ name }}"))
    assert len(error.value.problems) == 2


def test_field_that_is_unknown_only_when_filled_in_is_named(tmp_path: Path) -> None:
    path = page_file(tmp_path / "own.html", "{% for one in letters %}{{ (one).nmae }}{% endfor %}")
    with pytest.raises(InvalidInput) as error:
        PageTemplate(path).file([LETTER])
    assert error.value.problems[0].code == "VB755"
    path = page_file(tmp_path / "own.html", "{{ letters[0].changes[0].titel }}")
    with pytest.raises(InvalidInput) as error:
        PageTemplate(path).file([LETTER])
    assert "`titel`" in error.value.problems[0].message


@pytest.mark.parametrize(
    "text",
    [
        "{{ name",
        "{% for c in changes %}{{ c.title }}",
        "{% fro c in changes %}",
        "{{ name | upperr }}",
    ],
)
def test_syntax_error_is_told_with_the_words_near_it(tmp_path: Path, text: str) -> None:
    problem = refused(word_file(tmp_path / "own.docx", "尊敬的", text), LetterTemplate)
    assert problem.code == "VB756"
    assert "near “" in problem.message
    assert problem.span.line == 0


def test_syntax_error_of_a_page_is_told_with_its_line(tmp_path: Path) -> None:
    problem = refused(page_file(tmp_path / "own.html", "<p>\n{{ name"), PageTemplate)
    assert (problem.code, problem.span.line) == ("VB756", 2)


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 cut off"])
def test_what_is_no_word_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.docx").write_bytes(content)
    problem = refused(tmp_path / "own.docx", LetterTemplate)
    assert (problem.code, problem.message) == ("VB754", "the template is no Word file (.docx)")


def test_other_archive_is_no_word_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "own.docx", "w") as archive:
        archive.writestr("word/document.xml", "<not-a-letter/>")
    assert refused(tmp_path / "own.docx", LetterTemplate).code == "VB754"
    with zipfile.ZipFile(tmp_path / "own.docx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert refused(tmp_path / "own.docx", LetterTemplate).code == "VB754"


def test_template_that_is_not_there_is_told(tmp_path: Path) -> None:
    for kind in (LetterTemplate, PageTemplate):
        assert refused(tmp_path / "none.docx", kind).code == "VB754"
        assert refused(tmp_path, kind).code == "VB754"


def test_page_that_is_no_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.html").write_bytes("告知".encode("gb18030"))
    assert refused(tmp_path / "own.html", PageTemplate).code == "VB756"


@pytest.mark.parametrize(
    "text",
    [
        "{{ letters.__class__.__mro__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ letters | map(attribute='__class__') | list }}",
        "{{ letters[0].name.format.__globals__ }}",
    ],
)
def test_template_reaches_nothing_but_fields(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput) as error:
        PageTemplate(page_file(tmp_path / "own.html", text)).file([LETTER])
    assert error.value.problems[0].code in ("VB755", "VB756")


@pytest.mark.parametrize("text", ["{{ range(9) }}", "{{ cycler('a') }}", "{% include 'x' %}"])
def test_template_has_no_functions_and_no_files(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput):
        PageTemplate(page_file(tmp_path / "own.html", text)).file([LETTER])


def test_division_by_zero_in_a_template_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as error:
        PageTemplate(page_file(tmp_path / "own.html", "{{ 1 // 0 }}")).file([LETTER])
    assert error.value.problems[0].code == "VB756"


def test_header_of_one_file_for_all_cannot_name_a_person(tmp_path: Path) -> None:
    path = word_file(tmp_path / "own.docx", "{{ name }}", header="{{ office }} {{ name }}")
    with pytest.raises(InvalidInput) as error:
        LetterTemplate(path).one_file([LETTER])
    assert "`name`" in error.value.problems[0].message
    document = Document(io.BytesIO(LetterTemplate(path).each_file(LETTER)))
    assert document.sections[0].header.paragraphs[0].text == "例县退役军人事务局 例华山"


def test_field_that_word_has_cut_into_runs_is_filled(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for part, is_bold in (("{", False), ("{ na", True), ("me }", False), ("}", True)):
        paragraph.add_run(part).bold = is_bold
    document.save(str(tmp_path / "own.docx"))
    text = text_of(LetterTemplate(tmp_path / "own.docx").one_file([LETTER]))
    assert text == "例华山"


# --- what comes along --------------------------------------------------------------------------


def build_templates() -> ModuleType:
    loader = SourceFileLoader("build_templates", str(ROOT / "scripts" / "build-templates"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["zh", "en"])
def test_shipped_letter_is_what_the_script_writes(language: str) -> None:
    def body(content: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read("word/document.xml")

    shipped = (TEMPLATES / f"notice.{language}.docx").read_bytes()
    assert body(build_templates().build(language)) == body(shipped)


REPORT = Report(
    "公示",
    ("以下人员", "例县退役军人事务局"),
    (
        Section(
            "补助", (Column("姓名"), Column("金额", is_number=True)), (("例<华>山\x07", "240.00"),)
        ),
    ),
)


def test_posted_list_is_a_page_and_a_word_file() -> None:
    page = posting_page(REPORT, "zh").decode()
    assert "例&lt;华&gt;山" in page
    assert '<td class="number">240.00</td>' in page
    text = text_of(posting_document(REPORT))
    assert "例<华>山\N{REPLACEMENT CHARACTER} | 240.00" in text
    assert posting_document(REPORT) == posting_document(REPORT)
