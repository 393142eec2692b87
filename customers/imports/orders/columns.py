"""The columns of a sheet of orders."""

from collections.abc import Callable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.imports.goods import CODE
from customers.imports.people import emails, phones
from foundation.sheets import values
from foundation.sheets.targets import Column


def between(least: int, most: int) -> Callable[[str], int]:
    """A whole number from `least` to `most`."""

    def parse(cell: str) -> int:
        value = values.whole(cell)
        if not least <= value <= most:
            words = _("Write a number from %(least)s to %(most)s.")
            raise ValidationError(words, params={"least": least, "most": most})
        return value

    return parse


def price(cell: str) -> Decimal:
    """Money: not negative, two decimals."""
    value = values.number(cell)
    if not 0 <= value < Decimal(10) ** 10 or value != round(value, 2):
        raise ValidationError(_("Write the price with at most two decimals, such as 2999.00."))
    return round(value, 2)


COLUMNS = (
    Column(
        "number",
        _("order number"),
        values.code(60),
        required=True,
        headings=("订单号", "订单编号", "单号", "交易号", "order", "order no", "order id"),
        example="JD20260301001",
    ),
    Column(
        "line",
        _("line"),
        between(1, 32767),
        headings=("行号", "订单行", "订单行号", "序号", "line no"),
        help=_("Needed only where an order holds the same product twice."),
        example="1",
    ),
    Column(
        "ordered_on",
        _("ordered"),
        values.day,
        headings=("下单日期", "下单时间", "订单日期", "购买日期", "付款时间", "order date"),
        example="2026-03-01",
    ),
    Column(
        "sold_by",
        _("sold by"),
        values.limited(100),
        headings=("店铺", "店铺名称", "销售方", "渠道", "销售渠道", "经销商", "门店", "seller", "shop"),
        help=_("Two sellers may use the same number."),
        example="京东旗舰店",
    ),
    Column(
        "name",
        _("customer"),
        values.limited(100),
        headings=("客户姓名", "收货人", "收件人", "买家", "购买人", "姓名", "客户名称", "buyer"),
        example="王小明",
    ),
    Column(
        "phone",
        _("phone"),
        phones,
        headings=("手机", "手机号", "手机号码", "联系电话", "收货电话", "收件人手机", "mobile"),
        help=_("With the name it finds or records the customer; the order is found by it too."),
        example="13800001234",
    ),
    Column("email", _("e-mail"), emails, headings=("邮箱", "电子邮箱", "mail")),
    Column(
        "region",
        _("province or region"),
        values.limited(60),
        headings=("省", "省份", "地区", "收货省份", "province", "region"),
        example="浙江省",
    ),
    Column("city", _("city"), values.limited(60), headings=("市", "城市", "收货城市")),
    Column(
        "address",
        _("street and house"),
        values.limited(200),
        headings=("地址", "详细地址", "收货地址", "address"),
    ),
    Column(
        "code",
        CODE.label,
        CODE.parse,
        required=True,
        headings=(*CODE.headings, "产品", "商品", "product"),
        example="XQG100-12",
    ),
    Column(
        "variant",
        _("size or colour"),
        values.limited(60),
        headings=("规格", "颜色", "尺码", "颜色分类", "variant"),
        example="白色",
    ),
    Column(
        "quantity",
        _("quantity"),
        between(1, 1_000_000),
        headings=("数量", "件数", "购买数量", "qty"),
        help=_("1 where it is empty."),
        example="1",
    ),
    Column(
        "price",
        _("unit price"),
        price,
        headings=("单价", "价格", "商品单价", "成交单价", "price"),
        example="2999.00",
    ),
    Column(
        "serial",
        _("serial number"),
        values.code(60),
        headings=("序列号", "机身号", "机器编号", "SN", "S/N", "serial"),
        help=_("A unit that is not recorded yet is recorded with the order."),
        example="XQG-2603-00017",
    ),
)  # fmt: skip
