"""The words of `timeline`, in Chinese and English; `wording.py` speaks them."""

from __future__ import annotations

from vetbenefits.model.facts import Text

TIMELINE_WORDS = {
    "timeline_title": Text(
        "{who}：{from_on} 起、{until_on} 前", "{who}: from {from_on} until {until_on} (exclusive)"
    ),
    "known_on": Text("截至 {as_of}", "As of {as_of}"),
    "until_exclusive": Text("至（不含）", "until (exclusive)"),
    "outcome_title": Text("结论", "outcome"),
    "open_reason": Text("缺少或不符合", "missing or not met"),
    "cause_of_end": Text("结束原因", "what ends it"),
    "last_month": Text("末发月份", "last month paid"),
    "payments": Text("发放次数", "payments"),
    "paid_sum": Text("发放合计（元）", "paid in all (yuan)"),
    "begun_by": Text("{day} 开始的原因：{cause}", "What begins it on {day}: {cause}"),
    "no_entitlement": Text(
        "期间没有应发或无法判定的待遇。",
        "Nothing is due in this time, and nothing is undetermined.",
    ),
    "never_due": Text("期间不会应发：{titles}。", "Not due on any day of this time: {titles}."),
    "undetermined_earlier": Text("此前无法判定", "Undetermined before this time"),
    "undetermined_earlier_line": Text(
        "{title}：{from_on} 起、{until_on} 前，缺少：{missing}",
        "{title}: from {from_on} until {until_on} (exclusive), missing: {missing}",
    ),
    "facts_held_always": Text(
        "名册上的信息按整个期间不变推算，以往与今后的变动不在其中。",
        "Facts of the roster are taken to hold all this time, whatever they were or will be.",
    ),
    "paid_note": Text(
        "发放合计算到期末为止；去世后续发等晚于该区间的月份，计入其前一应发区间。",
        "What is paid is counted up to the end of this time. Months that are paid after the last"
        " due day, as after a death, count for the days before them.",
    ),
    "not_born": Text(
        "此人 {born_on} 出生，而期间在 {until_on} 前",
        "this person was born on {born_on}, and the time ends before {until_on}",
    ),
    "later_until": Text("请用 --until 写更晚的日期", "give a later day with --until"),
    "other_benefit": Text("请用 --benefit 指定其他待遇", "name another benefit with --benefit"),
    # the picture
    "mark": Text("{day} {what}", "{day} {what}"),
    "mark_cause": Text("{day} {what}；原因：{cause}", "{day} {what}; cause: {cause}"),
    "becomes_provisional": Text("变为暂定", "becomes provisional"),
    "becomes_final": Text("不再暂定", "no longer provisional"),
    "changes_otherwise": Text("变动", "changes"),
    "as_of_line": Text("截至日 {as_of}", "as of {as_of}"),
    "due_provisional": Text("应发（暂定）", "due (provisional)"),
    "picture_note": Text(
        "圆圈数字标出变动日及原因；日期均为新状态的第一天。",
        "The numbers tell what changes and why; each day is the first of what is new.",
    ),
    "pictures_missing": Text(
        "PNG 图片所需的库 `resvg-py` 没有安装",
        "the library `resvg-py`, which makes PNG pictures, is not installed",
    ),
    "pictures_install": Text(
        "请运行 pip install 'vetbenefits[pictures]'，或改用 --format svg",
        "run pip install 'vetbenefits[pictures]', or use --format svg",
    ),
    "no_chinese_font": Text(
        "本机没有中文字体，图片文字改用英文，名册中的中文显示不出；"
        "请安装 Noto Sans CJK，或改用 --format svg",
        "no font with Chinese characters is installed: the picture is worded in English, and"
        " Chinese names cannot be seen; install Noto Sans CJK, or use --format svg",
    ),
}
