"""The words of the reports, in Chinese and English, side by side so that neither is forgotten.

Policy terms are those of GLOSSARY.md. Texts of rules come from the rules, never from here.
"""

from __future__ import annotations

from vetbenefits.model.facts import Text

_WORDS = {
    # values of the machine contract
    "due": Text("应发", "due"),
    "not_due": Text("不应发", "not due"),
    "undetermined": Text("无法判定", "undetermined"),
    "new": Text("新增", "new"),
    "continuing": Text("续发", "continuing"),
    "stop": Text("停发", "stop"),
    "provisional": Text("暂定", "provisional"),
    "month": Text("月", "month"),
    "half_year": Text("半年", "half year"),
    "quarter": Text("季", "quarter"),
    "year": Text("年", "year"),
    "once": Text("一次", "once"),
    "bill": Text("账单", "bill"),
    "not_in_force": Text("待遇当日未施行", "the benefit is not in force on this day"),
    "paid_elsewhere": Text("由其他地区发放", "another county pays"),
    "no_rate": Text("政策规定无此标准", "the rules grant no such rate"),
    "nothing_payable": Text("金额为零", "the amount is 0.00"),
    # columns
    "person_id": Text("人员编号", "person"),
    "name": Text("姓名", "name"),
    "id_number": Text("公民身份号码", "ID number"),
    "place": Text("乡镇代码", "township"),
    "benefit": Text("待遇", "benefit"),
    "bill_id": Text("账单编号", "bill"),
    "amount": Text("金额(元)", "amount (yuan)"),
    "total": Text("合计(元)", "total (yuan)"),
    "per": Text("每", "per"),
    "people": Text("人数", "people"),
    "standing": Text("状态", "standing"),
    "missing": Text("缺少的信息", "what is missing"),
    "at_stake": Text("涉及金额(元)", "at stake (yuan)"),
    "unmet": Text("不符合的条件", "what is not met"),
    "row": Text("行", "row"),
    "column": Text("列", "column"),
    "cell": Text("内容", "cell"),
    "reason": Text("原因", "reason"),
    # headings of `check`
    "check_title": Text("{as_of} 应发待遇", "Who is due what on {as_of}"),
    "list_due": Text("应发名单", "Due"),
    "list_stop": Text("应停发(在领但不应发)", "To take off: drawn now, but not due"),
    "list_undetermined": Text(
        "无法判定(按涉及金额从大到小)", "Undetermined, the most money at stake first"
    ),
    "list_missing": Text(
        "缺什么信息(按涉及金额从大到小)", "What is missing, the most money at stake first"
    ),
    "list_set_aside": Text("搁置的行(未判定)", "Rows set aside, not decided"),
    "by_benefit": Text("按待遇汇总", "By benefit"),
    "by_place": Text("按乡镇汇总", "By township"),
    "notes": Text("说明", "Notes"),
    "first_of": Text("只列出前 {shown} 条,共 {total} 条", "the first {shown} of {total}"),
    "nobody": Text("无", "nobody"),
    "unknown_place": Text("(未知)", "(unknown)"),
    # lines of `check`
    "rows": Text(
        "名册共 {read} 行:已判定 {decided} 行,搁置 {set_aside} 行。",
        "Roster: {read} rows read = {decided} decided + {set_aside} set aside.",
    ),
    "bill_rows": Text(
        "账单共 {read} 行:已判定 {decided} 行,搁置 {set_aside} 行,不在本期 {outside} 行。",
        "Bills: {read} rows read = {decided} decided + {set_aside} set aside"
        " + {outside} outside the period.",
    ),
    "left_out_rows": Text(
        "另有合计行 {totals} 行、空行 {blanks} 行未计入。",
        "Beside them {totals} total rows and {blanks} blank rows.",
    ),
    "roster_source": Text("名册:{source}", "Roster: {source}"),
    "bills_source": Text("账单:{source}", "Bills: {source}"),
    "rules_source": Text("规则:{source}", "Rules: {source}"),
    "program": Text("程序:vetbenefits {program}", "Program: vetbenefits {program}"),
    "region": Text("发放地:{region}", "Region that pays: {region}"),
    "weak_rate": Text(
        "{title}:标准 {rate}(自 {from_on} 起)的来源可信度为 {confidence}:{source}。请核对文件原文。",
        "{title}: the rate {rate} from {from_on} on has confidence {confidence}"
        " ({source}). Check it against the document.",
    ),
    "provisional_note": Text(
        "暂定:应有的新标准尚未录入,或日期只到月。先按已知标准计算,差额以后补发或抵扣。",
        "Provisional: a notice is expected that has not been entered, or only the month of a date"
        " is known. The last known rate is used; settle the difference later.",
    ),
    "facts_held": Text(
        "名册上的信息按 {as_of} 当日有效看待。", "Facts of the roster are taken to hold on {as_of}."
    ),
    "missing_note": Text(
        "缺多项信息的人,在每一项下各计一次。",
        "A person who lacks several facts is counted under each of them.",
    ),
    "unpriced": Text("另有 {people} 人金额算不出", "and {people} whose amount cannot be told"),
    "masked_note": Text(
        "身份证号已遮盖;`--full-ids` 使文件中保留全号。",
        "ID numbers are masked; with `--full-ids` files hold them whole.",
    ),
    "written_to": Text("已写入 {folder}:{files}", "Written to {folder}: {files}"),
}


class Wording:
    """Speaks one language: `Wording("zh")("rows", read=3, …)`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, word: str, **values: object) -> str:
        """Return a text in this language with the given values put in."""
        text = _WORDS[word].in_language(self.language)
        return text.format(**values) if values else text

    def code(self, word: str) -> str:
        """Return the wording of a code, or the code itself where it has none."""
        return self(word) if word in _WORDS else word

    def of(self, text: Text) -> str:
        """Return a text of the rules in this language."""
        return text.in_language(self.language)
