"""Headers, codes and their spellings, as the hand-written peers know them."""

from __future__ import annotations

PERSON, NAME, NUMBER, SEX, DRAWS = "人员编号", "姓名", "公民身份号码", "性别", "在领待遇"

PLACES = {"place": "行政区划代码", "approval_place": "批准入伍地代码"}

DATES = {
    "birth_date": "出生日期",
    "enlisted_on": "入伍时间",
    "discharged_on": "退役时间",
    "conscript_from": "服义务兵开始时间",
    "conscript_until": "服义务兵结束时间",
    "deceased_on": "死亡日期",
    "enlistment_approved_on": "批准入伍时间",
}
# Header, and for each value its usual spelling first: that one the fast path knows, the others only
# the slow path.
CODES: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "service_status": (
        "人员状态",
        {
            "serving": ("现役", "serving", "在役", "服现役"),
            "retired": ("退役", "retired", "退伍", "已退役", "退役军人"),
            "civilian": ("非军人", "civilian"),
        },
    ),
    "household": (
        "退役时户籍类别",
        {
            "rural": (
                "农村",
                "rural",
                "1",
                "农业",
                "农业户口",
                "农业户籍",
                "农村户口",
                "农村户籍",
                "农村籍",
            ),
            "urban": (
                "城镇",
                "urban",
                "2",
                "城镇户口",
                "城镇户籍",
                "非农",
                "非农业",
                "非农户口",
                "非农业户口",
            ),
            "unified": ("居民户口", "unified", "居民", "统一居民户口"),
        },
    ),
    "insurance": (
        "养老保障方式",
        {
            "employee": ("城镇职工", "employee", "职工", "职工养老保险", "城镇职工养老保险"),
            "resident": ("城乡居民", "resident", "居民", "城乡居民养老保险", "居民养老保险"),
            "public_retirement": ("机关退休", "public_retirement", "public retirement"),
            "none": ("无", "none"),
        },
    ),
    "draws_pension": (
        "在领养老金",
        {"yes": ("是", "1", "Y", "√", "●", "yes"), "no": ("否", "0", "N", "no")},
    ),
    "posting_area": (
        "服役地区类别",
        {
            "ordinary": ("普通", "ordinary", "一般", "普通地区"),
            "tibet": ("西藏", "tibet", "进藏"),
            "xinjiang": ("新疆", "xinjiang", "进疆"),
            "plateau": ("高原", "plateau", "高原地区"),
        },
    ),
    "leaving_reason": (
        "离队原因",
        {
            "term_ended": ("期满", "term_ended", "服役期满", "期满退役"),
            "illness": ("病退", "illness", "因病退役"),
            "academy": ("考学提干", "academy", "考学", "提干"),
            "nco": ("转改军士", "nco", "转改士官", "选取军士", "选取士官"),
            "removed": ("除名", "removed"),
            "expelled": ("开除军籍", "expelled"),
        },
    ),
    "sex": (SEX, {"male": ("男", "male", "1", "M"), "female": ("女", "female", "2", "F")}),
}
BENEFITS_DRAWN: dict[str, tuple[str, ...]] = {
    "disability_pension": ("伤残抚恤", "残疾抚恤金", "残疾抚恤", "伤残抚恤金"),
    "survivor_pension": ("定期抚恤", "定期抚恤金"),
    "war_veteran": ("参战", "参战补助", "参战退役军人"),
    "test_veteran": ("参试", "参试补助", "参试退役军人"),
    "returned_ill": ("带病回乡", "带病回乡补助", "带病回乡退役军人"),
    "rural_demobilised": ("在乡复员", "在乡复员军人", "在乡复员军人补助"),
    "red_army": ("三红",),
    "martyr_child": ("烈士子女", "部分烈士子女", "老年烈士子女", "烈士子女补助"),
    "rural_veteran_subsidy": ("农村籍老年补助", "农村籍退役士兵老年生活补助", "农村籍老年生活补助"),
}
BIT_OF = {benefit: 1 << place for place, benefit in enumerate(BENEFITS_DRAWN)}
UNREADABLE_DRAWS = 1 << len(BENEFITS_DRAWN)
HEADERS = {
    "number": NUMBER,
    **PLACES,
    **DATES,
    **{fact: header for fact, (header, _) in CODES.items()},
    "draws": DRAWS,
}
"""The header of each fact that can be unreadable."""

WARNED_ONLY = ("enlisted_on", "sex")
"""Facts that no generated rule asks for: an unreadable cell there does not set the row aside."""


def code(fact: str, value: str) -> int:
    """Return the number that stands for a value in the typed frames."""
    return list(CODES[fact][1]).index(value)
