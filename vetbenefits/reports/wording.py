"""The words of the reports, in Chinese and English, side by side so that neither is forgotten.

Policy terms are those of GLOSSARY.md. Texts of rules come from the rules, never from here.
"""

from __future__ import annotations

from vetbenefits.model.facts import Text
from vetbenefits.reports.notice_words import NOTICE_WORDS
from vetbenefits.reports.timeline_words import TIMELINE_WORDS

_WORDS = {
    **NOTICE_WORDS,
    # values of the machine contract
    "due": Text("应发", "due"),
    "not_due": Text("不应发", "not due"),
    "undetermined": Text("无法判定", "undetermined"),
    "new": Text("新增", "new"),
    "continuing": Text("续发", "continuing"),
    "ending": Text("末次", "ending"),
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
    "amount": Text("金额（元）", "amount (yuan)"),
    "total": Text("合计（元）", "total (yuan)"),
    "month_people": Text("本月发放人数", "paid this month"),
    "month_total": Text("本月发放（元）", "this month (yuan)"),
    "per": Text("每", "per"),
    "people": Text("人数", "people"),
    "standing": Text("状态", "standing"),
    "missing": Text("缺少的信息", "what is missing"),
    "at_stake": Text("涉及金额（元）", "at stake (yuan)"),
    "unmet": Text("不符合的条件", "what is not met"),
    "file": Text("文件", "file"),
    "row": Text("行", "row"),
    "column": Text("列", "column"),
    "cell": Text("内容", "cell"),
    "reason": Text("原因", "reason"),
    # headings of `check`
    "check_title": Text("{as_of} 应发待遇", "Who is due what on {as_of}"),
    "list_due": Text("应发名单", "Due"),
    "list_month": Text("当日不应发、本月仍应发放", "Not due on the day, but paid this month"),
    "list_stop": Text("应停发（在领但不应发）", "To take off: drawn now, but not due"),
    "list_undetermined": Text(
        "无法判定（按涉及金额从大到小）", "Undetermined, the most money at stake first"
    ),
    "list_not_due": Text("其他不应发的（--all）", "Not due, and not drawn now"),
    "list_missing": Text(
        "缺什么信息（按涉及金额从大到小）", "What is missing, the most money at stake first"
    ),
    "list_set_aside": Text("搁置的行（未判定）", "Rows set aside, not decided"),
    "by_benefit": Text("按待遇汇总", "By benefit"),
    "by_place": Text("按乡镇汇总", "By township"),
    "notes": Text("说明", "Notes"),
    "with_count": Text("{what}：{count}", "{what}: {count}"),
    "first_of": Text("只列出前 {shown} 条，共 {total} 条", "the first {shown} of {total}"),
    "nobody": Text("无", "nobody"),
    "unknown_place": Text("（未知）", "(unknown)"),
    # lines of `check`
    "rows": Text(
        "名册共 {read} 行：已判定 {decided} 行，搁置 {set_aside} 行。",
        "Roster: {read} rows read = {decided} decided + {set_aside} set aside.",
    ),
    "bill_rows": Text(
        "账单共 {read} 行：已判定 {decided} 行，搁置 {set_aside} 行，不在本期 {outside} 行。",
        "Bills: {read} rows read = {decided} decided + {set_aside} set aside"
        " + {outside} outside the period.",
    ),
    "totals": Text(
        "应发 {due}，应停发 {stopped}，无法判定 {undetermined}。",
        "Due: {due}. To take off: {stopped}. Undetermined: {undetermined}.",
    ),
    "left_out_rows": Text(
        "另有合计行 {totals} 行、空行 {blanks} 行未计入。",
        "Left out: total rows {totals}, blank rows {blanks}.",
    ),
    "roster_source": Text("名册：{source}", "Roster: {source}"),
    "bills_source": Text("账单：{source}", "Bills: {source}"),
    "rules_source": Text("规则：{source}", "Rules: {source}"),
    "shipped rules": Text("随程序提供的规则", "shipped rules"),
    "program": Text("程序：vetbenefits {program}", "Program: vetbenefits {program}"),
    "region": Text("发放地：{region}", "Region that pays: {region}"),
    "weak_rate": Text("{rate}（{confidence}，{source}）", "{rate} ({confidence}, {source})"),
    "weak_rates": Text(
        "{title}：所用标准未经官方文件证实：{rates}。请核对原文。",
        "{title}: rates that are not confirmed by an official text were used: {rates}."
        " Check them against the documents.",
    ),
    "no_rate_known": Text("无已知的“{rate}”", "no {rate} is known"),
    "no_rate_known_for": Text("{keys} 无已知的“{rate}”", "no {rate} is known for {keys}"),
    "provisional_note": Text(
        "暂定：应有的新标准尚未录入，或日期只到月。先按已知标准计算，差额以后补发或抵扣。",
        "Provisional: a notice is expected that has not been entered, or only the month of a date"
        " is known. The last known rate is used; settle the difference later.",
    ),
    "facts_held": Text(
        "名册上的信息按 {as_of} 当日有效看待。", "Facts of the roster are taken to hold on {as_of}."
    ),
    "missing_note": Text(
        "缺多项信息的人，在每一项下各计一次。",
        "A person who lacks several facts is counted under each of them.",
    ),
    "unpriced": Text("金额算不出的人数", "people without a known amount"),
    "masked_note": Text(
        "身份证号已遮盖；`--full-ids` 使文件中保留全号。",
        "ID numbers are masked; with `--full-ids` files hold them whole.",
    ),
    # `explain`
    "explain_title": Text("{title}，{as_of}", "{title} on {as_of}"),
    "outcome": Text("结论：{answer}", "Outcome: {answer}"),
    "with_detail": Text("{what}，{detail}", "{what}, {detail}"),
    "because_unmet": Text("不符合：{what}", "not met: {what}"),
    "because_missing": Text("缺少：{what}", "missing: {what}"),
    "amount_per": Text("{each} {amount} 元", "{amount} yuan {each}"),
    "law": Text("依据：{law}", "Law: {law}"),
    "conditions": Text("条件", "Conditions"),
    "rates": Text("所用标准", "Rates used"),
    "computation": Text("计算", "Computation"),
    "near_miss": Text("只差一项", "Near miss"),
    "must_not_hold": Text("不得：{what}", "must not hold: {what}"),
    "here": Text("此人：{values}", "here: {values}"),
    "lacking": Text("无法判定，缺少：{what}", "cannot be told, missing: {what}"),
    "place_too_wide": Text("{fact}（只到 {code}）", "{fact} (known only as {code})"),
    "rate_missing": Text("{name}：{day} 无已知标准", "{name}: no rate is known on {day}"),
    "rate_key_unknown": Text("{name}：依据的信息未知", "{name}: what it depends on is unknown"),
    "rate_line": Text(
        "{name} = {value}，自 {from_on} 起{until}，来源 {source}，可信度 {confidence}",
        "{name} = {value}, from {from_on}{until}, source {source}, confidence {confidence}",
    ),
    "until": Text("、{day} 前", " until {day} (exclusive)"),
    "checked": Text("，{day} 核对", ", checked {day}"),
    "rate_on": Text("{day} 的标准", "the rate on {day}"),
    "between": Text("{start} 至 {end}（不含）", "from {start} to {end} (exclusive)"),
    "if_branch": Text("“{condition}”为{value}", "`{condition}` is {value}"),
    "sum_per": Text("{text} = {each} {value} 元", "{text} = {value} yuan {each}"),
    "rounding": Text("{mode}至 {step} 元", "{mode} to {step} yuan"),
    "half_up": Text("四舍五入", "rounded half up"),
    "floor": Text("向下取整", "rounded down (floor)"),
    "ceil": Text("向上取整", "rounded up (ceil)"),
    "down": Text("去尾", "rounded toward zero"),
    "rounded": Text("{how}：{value}", "{how}: {value}"),
    "ceiling": Text(
        "年度限额 {ceiling}，此前已用 {used}，本年先前账单 {before}",
        "ceiling of the year {ceiling}, used before {used}, earlier bills of the year {before}",
    ),
    "paid": Text("应发：{each} {amount} 元", "payable: {amount} yuan {each}"),
    "near_on": Text(
        "其他条件都符合，只差：{words}[{id}]。如无变化，{day} 起符合。",
        "All else is met; the only thing lacking: {words} [{id}]."
        " If nothing else changes it is met from {day} on.",
    ),
    "near_never": Text(
        "其他条件都符合，只差：{words}[{id}]。今后 {years} 年内推算不出符合的日期。",
        "All else is met; the only thing lacking: {words} [{id}]."
        " No day within {years} years can be told on which it is met.",
    ),
    "near_amount": Text("届时：{amount}", "Then: {amount}"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "none": Text("无", "none"),
    "unknown": Text("未知", "unknown"),
    "list_mark": Text("、", ", "),
    "group_mark": Text("；", "; "),
    "in_brackets": Text("（{what}）", " ({what})"),
    "per_unit": Text("{count}/{per}", "{count} per {per}"),
    "yuan": Text("元", "yuan"),
    "years": Text("年", "years"),
    "years_of_age": Text("岁", "years"),
    "months": Text("个月", "months"),
    "days": Text("天", "days"),
    "ratio": Text("比例", "ratio"),
    "number": Text("数", "number"),
    # `rules list` and `rules show`
    "rules_title": Text("规则", "Rules"),
    "benefits": Text("待遇", "Benefits"),
    "benefit_id": Text("标识", "id"),
    "in_force": Text("施行", "in force"),
    "places": Text("另有规定的地区", "places that differ"),
    "rates_known": Text("标准", "Rates"),
    "rate": Text("标识", "rate"),
    "rate_words": Text("标准", "in words"),
    "unit": Text("单位", "unit"),
    "rows_count": Text("条数", "rows"),
    "confidences": Text("可信度", "confidence"),
    "first_from": Text("最早", "first from"),
    "last_from": Text("最新", "last from"),
    "next_notice": Text("通知时间", "notices come"),
    "each_year_on": Text("每年 {month:02}-{day:02}", "each {month:02}-{day:02}"),
    "confidence_note": Text(
        "可信度：A 法律原文，B 政府文件或官方消息，C 间接来源，D 推算，P 其他系统，H 示例。",
        "Confidence: A text of a law, B official page or notice, C secondary page, D derived,"
        " P another system, H invented for an example.",
    ),
    "in_force_line": Text("施行：{span}", "In force: {span}"),
    "always": Text("无起止日期", "always"),
    "from_on": Text("自 {day} 起", "from {day}"),
    "from_until": Text("自 {day} 起，{until} 前", "from {day} until {until} (exclusive)"),
    "each": Text("每{per}", "per {per}"),
    "each_once": Text("一次性", "once"),
    "each_bill": Text("每笔账单", "per bill"),
    "paid_by": Text("发放地由“{fact}”决定", "Paid by the place in `{fact}`"),
    "for_each": Text("逐条判定：{table}", "Decided for each {table}"),
    "list_all": Text("须全部符合：", "All of these must hold:"),
    "list_any": Text("须至少符合一项：", "At least one of these must hold:"),
    "list_none": Text("均不得符合：", "None of these may hold:"),
    "definitions": Text("定义", "Definitions"),
    "sum_is": Text("{each}：{text}", "{each}: {text}"),
    "in_parts": Text("分 {parts} 次，{each}一次", "paid in {parts} parts, one {each}"),
    "at_most": Text("年度限额：{text}，扣除 {used}", "at most per year: {text}, less {used}"),
    "sum": Text("金额", "Amount"),
    "rate_title": Text("标准 {name}（{unit}）", "Rate {name} ({unit})"),
    "from": Text("自", "from"),
    "value": Text("数值", "value"),
    "published": Text("公布", "published"),
    "checked_on": Text("核对", "checked"),
    "confidence": Text("可信度", "confidence"),
    "source": Text("来源", "source"),
    "note": Text("备注", "note"),
    "division": Text("地区", "place"),
    "place_title": Text("地区 {division}（{span}）", "In {division} ({span})"),
    "taken_away": Text("不适用条件 [{id}]", "does not ask for [{id}]"),
    "other_rates": Text("标准 {name}：另有 {rows} 条", "rate {name}: {rows} rows of its own"),
    "payable": Text("发放", "Paid out"),
    "notice": Text("提前告知", "Notice"),
    "apply": Text("申请", "How to apply"),
    # `upcoming`
    "upcoming_title": Text(
        "{known_on} 之后至 {last_on} 的变动", "What changes after {known_on}, up to {last_on}"
    ),
    "change_begins": Text("开始", "begins"),
    "change_ends": Text("停止", "ends"),
    "change_rises": Text("提高", "rises"),
    "change_falls": Text("降低", "falls"),
    "change_becomes_undetermined": Text("变为无法判定", "becomes undetermined"),
    "change_becomes_known": Text("变为可判定", "becomes known"),
    "kind_of_change": Text("变动", "change"),
    "cause": Text("原因", "cause"),
    "from_to": Text("由 → 至（元）", "from → to (yuan)"),
    "first_month": Text("首发月份", "first month paid"),
    "apply_by": Text("最迟申请日", "apply by"),
    "sum_before": Text("变动前合计（元）", "sum before (yuan)"),
    "sum_after": Text("变动后合计（元）", "sum after (yuan)"),
    "changes_by_kind": Text("汇总", "How many, and how much"),
    "changes_of_rules": Text(
        "政策变动（对所有人同日生效，只列一次）",
        "Changes of the rules, the same for everybody, told once",
    ),
    "in_township": Text("乡镇 {place}", "Township {place}"),
    "more_changes": Text("其余", "The rest"),
    "more_of": Text(
        "另有 {count} 条未列出；--format csv 或 --out 可得全部。",
        "{count} more are not listed here; --format csv or --out gives them all.",
    ),
    "if_known": Text("补齐信息后才可能开始", "Will begin only if what is missing turns out so"),
    "if_known_note": Text(
        "这些人其他条件已符合或即将符合；请先核实所缺信息。",
        "Nothing else stands against these people; find out what is missing first.",
    ),
    "changes_count": Text("变动数", "changes"),
    "always_open": Text("整个期间无法判定", "Cannot be told over the whole time"),
    "always_open_note": Text(
        "这些人的变动无从推算；`check` 列出每个人缺什么。",
        "What changes for these people cannot be told; `check` lists what each of them lacks.",
    ),
    "no_changes": Text("期间没有变动。", "Nothing changes in this time."),
    "told_before": Text(
        "已在上次名单中的 {count} 条未再列出。",
        "Left out, since an earlier list has them: {count}.",
    ),
    "apply_for": Text("办理：{title}", "How to apply: {title}"),
    "apply_where": Text("地点：{text}", "Where: {text}"),
    "apply_deadline": Text("期限：{text}", "Deadline: {text}"),
    "apply_steps": Text("步骤：{text}", "Steps: {text}"),
    "apply_documents": Text("材料：{text}", "Papers: {text}"),
    "overlay": Text("地区规定变动", "the rule of the place changes"),
    "facts_held_over": Text(
        "名册事实按截至 {last_on} 不变推算。",
        "Facts of the roster are taken to hold until {last_on}.",
    ),
    "holds_no_longer": Text("不再符合：{what}", "holds no longer: {what}"),
    "calendar_title": Text("{benefit}：{change}", "{benefit}: {change}"),
    "calendar_people": Text("{what}（{count} 人）", "{what} ({count})"),
    "per_bill_no_window": Text(
        "{titles}按账单发放，无法预告。", "{titles}: paid per bill, so nothing can be told ahead."
    ),
    "rules_told_once": Text(
        "{count} 条由政策引起的变动未逐人列出；--each 可逐人列出。",
        "{count} changes come from the rules and are told once; --each lists every person.",
    ),
    # what is told of a roster and its bills; what is told of single cells is worded in intake
    "severity_error": Text("错误", "error"),
    "severity_warning": Text("警告", "warning"),
    "severity_note": Text("提示", "note"),
    "met": Text("共 {count} 处{places}", "met {count} times{places}"),
    "for_example": Text("，例如 {places}", ", for example {places}"),
    "count_problem": Text("{count} 个问题", "{count} problem"),
    "count_problems": Text("{count} 个问题", "{count} problems"),
    "count_error": Text("{count} 个错误", "{count} error"),
    "count_errors": Text("{count} 个错误", "{count} errors"),
    "count_warning": Text("{count} 个警告", "{count} warning"),
    "count_warnings": Text("{count} 个警告", "{count} warnings"),
    "counted": Text("{problems}（{parts}）", "{problems} ({parts})"),
    "more_problems": Text("… {file} 另有 {count} 个", "… and {count} more in {file}"),
    "in_row": Text("第 {row} 行", "row {row}"),
    "is_set_aside": Text("{what}；该行已搁置", "{what}; the row is set aside"),
    "is_kept": Text("{what}；该行照常处理", "{what}; the row is kept"),
    "not_so": Text("这一行不符合：{text}", "not so in this row: {text}"),
    "used_differs": Text(
        "同一人各账单上的本年已补助额不一致；这些账单无法判定",
        "the bills of a person differ on what was used this year; they are undetermined",
    ),
    "no_date": Text("日期不详", "the date is not known"),
    "two_people": Text(
        "人员编号和身份证号指向两个人", "its person id and its ID number name two people"
    ),
    "no_such_person": Text(
        "名册中没有此人，或此人已在名册中搁置",
        "its person is not in the roster, or was set aside there",
    ),
    "bills_missing": Text(
        "没有给出账单，{names} 没有结果", "no bills are given, so {names} gives no records"
    ),
    "bills_missing_for_one": Text(
        "没有给出账单，无法说明 {names}", "no bills are given, so {names} cannot be explained"
    ),
    "bills_needed": Text(
        "没有给出账单，而 {names} 按账单逐笔判定",
        "no bills are given, and {names} is decided for each bill",
    ),
    "give_bills": Text("请给出账单：--bills 文件", "give the bills: --bills FILE"),
    "bills_unneeded": Text(
        "给出了账单，但所选待遇都不按账单发放",
        "bills are given, but no chosen benefit is paid per bill",
    ),
    "no_bill_settled": Text(
        "此人在 {year} 年截至 {as_of} 没有结算的账单",
        "no bill of this person was settled in {year} by {as_of}",
    ),
    "unknown_person": Text(
        "名册中没有号码为 `{key}` 的人", "nobody in the roster has the number `{key}`"
    ),
    "give_number": Text(
        "请写名册中的人员编号，或完整的身份证号",
        "give the person's number as the roster has it, or the whole ID number",
    ),
    "several": Text(
        "名册中有几个人是这个身份证号：{names}",
        "several people of the roster have this ID number: {names}",
    ),
    "name_one": Text("请改用其中一人的人员编号", "name one of them by the person's number"),
    "person_set_aside": Text(
        "此人所在行已搁置：{reason}", "the row of this person was set aside: {reason}"
    ),
    "reading": Text("正在读取名册，{seconds} 秒", "reading the roster, {seconds} s"),
    "progress": Text("已判定 {rows} 行，{seconds} 秒", "{rows} rows decided, {seconds} s"),
    "rules_clean": Text("规则没有问题。", "No problem was found in the rules."),
    "roster_clean": Text("名册没有问题。", "No problem was found in the roster."),
    "written_to": Text("已写入 {folder}：{files}", "Written to {folder}: {files}"),
    **TIMELINE_WORDS,
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

    def each(self, per: str) -> str:
        """Return how often a sum is paid: `per month`, `once`."""
        return self(f"each_{per}") if f"each_{per}" in _WORDS else self("each", per=self(per))

    def of(self, text: Text) -> str:
        """Return a text of the rules in this language."""
        return text.in_language(self.language)
