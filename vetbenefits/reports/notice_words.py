"""The words of notices, letters and posted lists; `wording.py` takes them in."""

from __future__ import annotations

from vetbenefits.model.facts import Text

NOTICE_WORDS = {
    # kinds of change
    "begins": Text("开始发放", "begins"),
    "ends": Text("停止发放", "ends"),
    "rises": Text("标准提高", "rises"),
    "falls": Text("标准降低", "falls"),
    "becomes_undetermined": Text("需要补充信息", "can no longer be told"),
    "becomes_known": Text("可以确定", "can be told"),
    # days and sums
    "day": Text("{year}年{month}月{day}日", "{iso}"),
    "calendar_month": Text("{year}年{month}月", "{iso}"),
    "no_letter_to_the_dead": Text(
        "{count} 人届时已去世，不写告知书；请告知家属（名单见 upcoming）。",
        "{count} will have died by then and get no letter; tell their families (see `upcoming`).",
    ),
    "by_day": Text("{day}以前", "by {day}"),
    "by_day_passed": Text("{day}已过，请立即办理", "{day} has passed; apply at once"),
    # what a change means for the person; `sum` is `每月 172.00 元`
    "will_begin": Text("自{on}起发放，{sum}", "is paid from {on}: {sum}"),
    "will_begin_unpriced": Text("自{on}起发放", "is paid from {on}"),
    "will_end": Text("自{on}起停止发放", "ends on {on}; nothing is due from that day"),
    "will_rise": Text("自{on}起由{before}提高到{sum}", "rises on {on} from {before} to {sum}"),
    "will_fall": Text("自{on}起由{before}降低到{sum}", "falls on {on} from {before} to {sum}"),
    "will_lack": Text(
        "自{on}起暂不能确定是否发放，需要核实：{missing}",
        "can no longer be told from {on}; what is missing: {missing}",
    ),
    "will_lack_something": Text(
        "自{on}起暂不能确定是否发放，需要补充信息",
        "can no longer be told from {on}; information is missing",
    ),
    "will_be_none": Text("自{on}起可以确定：不发放", "is known from {on} not to be due"),
    "first_paid": Text("，从{month}起计发", ", the first month being {month}"),
    "no_longer": Text("不再符合：{what}", "no longer so: {what}"),
    # text messages
    "sms_from": Text("【{office}】", "[{office}] "),
    "sms_to": Text("{name}：", "{name}: "),
    "sms_change": Text("{title}{what}", "{title} {what}"),
    "sms_where": Text("。请到{where}办理", ". Apply at: {where}"),
    "sms_papers": Text("，带{papers}", "; bring {papers}"),
    "sms_papers_more": Text("{papers}等{count}项材料", "{papers} and more, {count} papers in all"),
    "sms_deadline": Text("，期限：{deadline}", "; time limit: {deadline}"),
    "sms_contact": Text("。联系：{contact}", ". Contact: {contact}"),
    "sms_end": Text("。", "."),
    # posted lists
    "posting_title": Text("拟发放待遇人员公示", "Public notice of persons to be granted benefits"),
    "posting_lead": Text(
        "以下人员拟自所列日期起享受所列待遇，现予公示。如有异议，请在公示期内反映。",
        "The persons below are to receive the benefits listed from the days listed. Objections may"
        " be raised while this notice is posted.",
    ),
    "number_in_list": Text("序号", "no."),
    "paid_per": Text("发放周期", "paid per"),
    "begins_on": Text("起始日期", "from"),
    # `notices` and its ledger
    "ledger_title": Text("告知台账", "Ledger of notices"),
    "list_notices": Text("告知", "Notices"),
    "change": Text("变动", "change"),
    "on": Text("日期", "day"),
    "to_amount": Text("变动后金额（元）", "amount then (yuan)"),
    "prepared_on": Text("生成日期", "prepared"),
    "sent_on": Text("发出日期", "sent"),
    "ledger_count": Text(
        "共 {total} 条，其中未发出 {unsent} 条。", "Notices: {total}, not sent yet: {unsent}."
    ),
    "notices_made": Text(
        "{people} 人、{changes} 项变动的告知书已生成。",
        "Notices made: {people} people, {changes} changes.",
    ),
    "notices_left_out": Text(
        "另有 {count} 项变动此前已告知，未再生成（--again 可重新生成）。",
        "Left out, as they were announced before: {count} (--again makes them anew).",
    ),
    "no_notices": Text("没有需要告知的变动。", "There is no change to announce."),
    "nothing_posted": Text("没有需要公示的人员。", "There is nobody to post."),
    "marked_sent": Text("{count} 条已标记为 {on} 发出。", "Marked as sent on {on}: {count}."),
    "without_phone": Text(
        "{count} 人没有手机号码，短信须另行通知。",
        "People without a phone number, who get no text message: {count}.",
    ),
    "without_office": Text(
        "告知书未写明单位或联系方式：请在 vetbenefits.yaml 中填写 `office:` 和 `contact:`。",
        "The notices name no office or no contact: fill in `office:` and `contact:` in"
        " vetbenefits.yaml.",
    ),
    "no_ledger": Text(
        "这里没有告知台账（{file}），没有可标记的。",
        "There is no ledger here ({file}), so nothing to mark.",
    ),
    "persons_posted": Text("公示 {count} 条。", "Entries posted: {count}."),
}
