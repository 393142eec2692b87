"""The columns of a sheet of past tickets."""

from django.utils.translation import gettext_lazy as _

from customers.imports.goods import CODE
from customers.imports.people import emails, phones
from foundation.accounts.choices import Language
from foundation.sheets import values
from foundation.sheets.targets import Column
from tickets.choices import Channel, Kind, Priority, Status

STATES = {
    "新建": "received", "待处理": "received", "未处理": "received", "待受理": "received",
    "open": "received", "new": "received", "待派工": "classified", "已派工": "assigned",
    "已派单": "assigned", "进行中": "in_progress", "维修中": "in_progress",
    "已完成": "confirmed", "完成": "confirmed", "已完结": "confirmed", "已办结": "confirmed",
    "已关闭": "confirmed", "关闭": "confirmed", "已结案": "confirmed", "结案": "confirmed",
    "closed": "confirmed", "done": "confirmed", "solved": "confirmed", "作废": "cancelled",
    "已作废": "cancelled", "取消": "cancelled", "canceled": "cancelled",
}  # fmt: skip
KINDS = {
    "维修": "fault", "报修": "fault", "故障": "fault", "咨询": "consultation", "投诉": "complaint",
    "退货": "return", "换货": "return", "退换": "return", "安装": "installation",
    "保养": "maintenance", "培训": "training", "建议": "suggestion", "repair": "fault",
}  # fmt: skip
CHANNELS = {
    "电话": "phone", "400": "phone", "400电话": "phone", "热线": "phone", "网站": "web",
    "官网": "web", "网页": "web", "邮件": "email", "邮箱": "email", "公众号": "wechat",
    "小程序": "wechat", "在线": "chat", "旺旺": "chat", "门店": "counter", "前台": "counter",
    "微博": "social", "抖音": "social",
}  # fmt: skip
PRIORITIES = {
    "紧急": "P1", "特急": "P1", "高": "P1", "high": "P1", "urgent": "P1", "1": "P1",
    "重要": "P2", "中": "P2", "medium": "P2", "2": "P2", "普通": "P3", "一般": "P3", "低": "P3",
    "正常": "P3", "low": "P3", "normal": "P3", "3": "P3",
}  # fmt: skip
LANGUAGES = {"中文": "zh-hans", "英文": "en", "英语": "en"}

WHAT = (
    Column(
        "number",
        _("former number"),
        values.code(60),
        required=True,
        headings=("工单号", "工单编号", "原工单号", "旧工单号", "服务单号", "单号", "编号", "ticket",
                  "ticket no", "ticket number", "case number", "id"),
        help=_("Its number in the system you used before."),
        example="WO-2025-00017",
    ),
    Column(
        "kind",
        _("kind of request"),
        values.choice(Kind, KINDS),
        headings=("工单类型", "请求类型", "服务类型", "类型", "type", "kind"),
        help=_("Fault report where it is empty."),
        example=_("fault report"),
    ),
    Column(
        "channel",
        _("channel"),
        values.choice(Channel, CHANNELS),
        headings=("受理渠道", "来源", "渠道", "source"),
        help=_("Hotline where it is empty."),
        example=_("hotline"),
    ),
    Column(
        "category",
        _("category"),
        values.limited(200),
        headings=("问题类别", "问题分类", "故障类别", "类别", "分类"),
        help=_("As categories are called in the settings."),
        example="无法开机或死机",
    ),
    Column(
        "priority",
        _("priority"),
        values.choice(Priority, PRIORITIES),
        headings=("优先级", "紧急程度", "级别"),
        example="P2",
    ),
    Column(
        "symptom",
        _("what is wrong"),
        values.limited(5000),
        required=True,
        headings=("问题描述", "故障描述", "故障现象", "描述", "内容", "description", "subject",
                  "problem"),
        example="洗衣机不脱水",
    ),
)  # fmt: skip
WHEN = (
    Column(
        "status",
        _("state"),
        values.choice(Status, STATES),
        headings=("工单状态", "处理状态", "status"),
        help=_("Where it is empty: confirmed with a moment of resolution, else received."),
        example=_("confirmed"),
    ),
    Column(
        "received_at",
        _("received at"),
        values.moment(),
        required=True,
        headings=("受理时间", "受理日期", "创建时间", "登记时间", "报修时间", "报修日期",
                  "created", "created at", "opened"),
        example="2025-03-01 09:30",
    ),
    Column(
        "first_response_at",
        _("first answer at"),
        values.moment(),
        headings=("首次响应时间", "首次回复时间", "响应时间", "first response"),
    ),
    Column(
        "resolved_at",
        _("resolved at"),
        values.moment(),
        headings=("解决时间", "完成时间", "完工时间", "办结时间", "resolved", "solved at"),
        example="2025-03-02 16:00",
    ),
    Column(
        "confirmed_at",
        _("confirmed at"),
        values.moment(),
        headings=("确认时间", "关闭时间", "结案时间", "closed", "closed at"),
    ),
    Column(
        "cancelled_at",
        _("cancelled at"),
        values.moment(),
        headings=("取消时间", "作废时间", "cancelled"),
    ),
)  # fmt: skip
WHO = (
    Column(
        "name",
        _("customer"),
        values.limited(100),
        headings=("客户姓名", "客户名称", "客户", "联系人", "姓名", "报修人", "customer name"),
        example="王小明",
    ),
    Column(
        "phone",
        _("phone"),
        phones,
        headings=("手机", "手机号", "手机号码", "联系电话", "客户电话", "电话号码", "mobile"),
        example="13800001234",
    ),
    Column("email", _("e-mail"), emails, headings=("邮箱", "电子邮箱", "客户邮箱", "mail")),
    Column(
        "address",
        _("address"),
        values.limited(200),
        headings=("地址", "客户地址", "服务地址", "上门地址", "详细地址"),
    ),
    Column(
        "language",
        _("language of the customer"),
        values.choice(Language, LANGUAGES),
        headings=("语言", "客户语言", "language"),
    ),
)
GOODS = (
    Column("code", CODE.label, CODE.parse, headings=(*CODE.headings, "产品", "机型", "product")),
    Column(
        "serial",
        _("serial number"),
        values.code(60),
        headings=("序列号", "机身号", "机器编号", "机号", "SN", "S/N", "serial"),
        help=_("The unit is linked where it is recorded and the customer's."),
    ),
    Column(
        "order_number",
        _("order number"),
        values.code(60),
        headings=("订单号", "订单编号", "order", "order no"),
    ),
    Column("bought_on", _("bought"), values.day, headings=("购买日期", "购机日期", "bought on")),
)
DONE = (
    Column(
        "handler",
        _("handler"),
        values.limited(150),
        headings=("处理人", "工程师", "维修人员", "技术员", "受理人", "assignee", "owner", "agent"),
        help=_("The name they sign in with, or the name shown; nobody else is matched."),
    ),
    Column("cause", _("cause"), values.limited(300), headings=("故障原因", "原因", "root cause")),
    Column(
        "remedy",
        _("remedy"),
        values.limited(300),
        headings=("处理措施", "维修措施", "措施", "更换配件"),
    ),
    Column(
        "result",
        _("result for the customer"),
        values.limited(10000),
        headings=("处理结果", "解决方案", "解决办法", "结果", "回复内容", "resolution", "solution"),
        example="更换排水泵，试机正常。",
    ),
)
COLUMNS = (*WHAT, *WHEN, *WHO, *GOODS, *DONE)
