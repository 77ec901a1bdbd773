"""How plain values stand in a file: Chinese headers and words, any accepted spelling."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable
    from pathlib import Path

HEADERS = {
    "person_id": "人员编号",
    "name": "姓名",
    "id_number": "公民身份号码",
    "sex": "性别",
    "birth_date": "出生日期",
    "division_code": "行政区划代码",
    "service_status": "人员状态",
    "household_at_discharge": "退役时户籍类别",
    "enlisted_on": "入伍时间",
    "discharged_on": "退役时间",
    "conscript_from": "服义务兵开始时间",
    "conscript_until": "服义务兵结束时间",
    "pension_insurance": "养老保障方式",
    "draws_pension": "在领养老金",
    "draws": "在领待遇",
    "deceased_on": "死亡日期",
    "enlistment_approved_on": "批准入伍时间",
    "approval_division": "批准入伍地代码",
    "posting_area": "服役地区类别",
    "leaving_reason": "离队原因",
    "fire_trainee": "消防员类别",
    "category": "优抚类别",
    "disability_grade": "残疾等级",
    "disability_cause": "残疾性质",
    "phone": "手机",
}
BILL_HEADERS = {
    "bill_id": "账单编号",
    "person_id": "人员编号",
    "id_number": "公民身份号码",
    "settled_on": "结算日期",
    "total_cost": "医疗费总额",
    "eligible_cost": "符合医保范围金额",
    "basic_fund": "基本医疗基金",
    "serious_illness_fund": "大病补充",
    "large_sum_fund": "大额补充",
    "medical_assistance": "医疗救助",
    "preferential_assistance": "倾斜救助",
    "poverty_relief": "扶贫济困",
    "supplementary_insurance": "渝快保",
    "used_this_year": "本年已补助",
}
WORDS: dict[str, dict[Any, str]] = {
    "sex": {"male": "男", "female": "女"},
    "service_status": {"serving": "现役", "retired": "退役", "civilian": "非军人"},
    "household_at_discharge": {"rural": "农村", "urban": "城镇"},
    "pension_insurance": {
        "employee": "城镇职工",
        "resident": "城乡居民",
        "public_retirement": "机关退休",
        "none": "无",
    },
    "draws_pension": {True: "是", False: "否"},
    "fire_trainee": {True: "是", False: "否"},
    "posting_area": {"ordinary": "普通", "tibet": "西藏", "xinjiang": "新疆", "plateau": "高原"},
    "leaving_reason": {
        "term_ended": "期满",
        "illness": "病退",
        "academy": "考学提干",
        "nco": "转改军士",
        "removed": "除名",
        "expelled": "开除军籍",
    },
    "disability_cause": {"war": "因战", "duty": "因公", "illness": "因病"},
}
LISTED: dict[str, dict[str, tuple[str, ...]]] = {
    "draws": {
        "disability_pension": ("伤残抚恤",),
        "survivor_pension": ("定期抚恤",),
        "war_veteran": ("参战",),
        "test_veteran": ("参试",),
        "returned_ill": ("带病回乡",),
        "rural_demobilised": ("在乡复员",),
        "red_army": ("三红",),
        "martyr_child": ("烈士子女",),
        "rural_veteran_subsidy": ("农村籍老年补助",),
    },
    "category": {
        "disabled": ("残疾军人", "11"),
        "martyr_family": ("烈属", "21"),
        "duty_death_family": ("因公牺牲军人遗属", "22"),
        "illness_death_family": ("病故军人遗属", "23"),
        "red_army": ("三红", "31"),
        "rural_demobilised": ("在乡复员", "41"),
        "returned_ill": ("带病回乡", "42"),
        "war_veteran": ("参战", "51"),
        "test_veteran": ("参试", "61"),
        "conscript": ("义务兵", "71"),
        "rural_60": ("农村籍60岁", "81"),
        "martyr_child": ("烈士子女", "B1"),
    },
}
DATE_SPELLINGS = ("{0:%Y-%m-%d}",) * 4 + (
    "{0:%Y%m%d}",
    "{0.year}/{0.month}/{0.day}",
    "{0:%Y.%m.%d}",
    "{0.year}年{0.month}月{0.day}日",
)


def write_csv(
    path: Path,
    headers: dict[str, str],
    rows: Iterable[tuple[dict[str, Any], dict[str, str]]],
    chance: random.Random,
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers.values())
        for cells, written in rows:
            writer.writerow(
                written.get(fact) or spelled(fact, cells.get(fact), chance) for fact in headers
            )


def spelled(fact: str, value: object, chance: random.Random) -> str:
    """Write a plain value as a clerk might."""
    match value:
        case None:
            return ""
        case frozenset():
            words = [chance.choice(LISTED[fact][code]) for code in sorted(value)]
            return chance.choice("、;,").join(words)
        case date():
            return chance.choice(DATE_SPELLINGS).format(value)
        case Fraction():
            plain = f"{float(value):.2f}"
            return chance.choice((plain, plain, f"{float(value):,.2f}", f"{plain}元"))
        case _:
            return WORDS[fact][value] if fact in WORDS else str(value)
