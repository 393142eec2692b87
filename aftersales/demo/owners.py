"""The customers of the demo and what they own.

Names are made up. Numbers have 0000 or 5550 in the middle, addresses end in domains reserved for
examples, so that nobody real can be reached.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from aftersales.demo.catalogue import COLOURS
from customers import actions
from customers.models import Batch, Customer, Tier, Unit
from foundation.accounts.actors import SYSTEM

PLACES = [
    # province, city, districts and streets
    ("浙江省", "杭州市", ("西湖区文三路", "拱墅区莫干山路", "滨江区江南大道", "余杭区五常大道",
                       "上城区庆春路", "萧山区市心中路")),
    ("浙江省", "宁波市", ("鄞州区天童南路", "海曙区中山西路")),
    ("浙江省", "绍兴市", ("越城区人民中路", "柯桥区金柯桥大道")),
    ("上海市", "上海市", ("徐汇区漕溪北路", "浦东新区张杨路", "杨浦区四平路")),
    ("江苏省", "苏州市", ("姑苏区干将西路", "吴中区宝带东路")),
    ("江苏省", "南京市", ("鼓楼区湖南路", "江宁区双龙大道")),
    ("安徽省", "合肥市", ("蜀山区长江西路", "庐阳区阜阳路")),
    ("广东省", "广州市", ("天河区体育东路",)),
    ("四川省", "成都市", ("武侯区人民南路",)),
]  # fmt: skip
PEOPLE = [
    "王芳", "李建华", "张秀英", "刘志强", "陈晓雨", "杨帆", "赵国庆", "黄丽娟", "周明轩", "吴雅琴",
    "徐浩然", "孙佳怡", "胡永健", "朱晓燕", "高子涵", "林美玲", "何俊杰", "郭雪梅", "马腾飞", "罗春花",
    "梁思远", "宋文静", "郑小龙", "谢婉婷", "韩冬梅", "唐一鸣", "冯建平", "于海波", "董佩佩", "萧晨",
    "程雨桐", "曹立新", "袁慧敏", "邓文涛", "许诺", "傅国强", "沈月华", "曾庆丰", "彭嘉琪", "吕思思",
]  # fmt: skip
LATIN = {
    "王芳": "wang.fang", "李建华": "li.jianhua", "张秀英": "zhang.xiuying", "刘志强": "liuzq",
    "陈晓雨": "chen.xiaoyu", "杨帆": "yangfan88", "赵国庆": "zhao.guoqing", "黄丽娟": "huanglj",
    "周明轩": "zhou.mingxuan", "吴雅琴": "wu.yaqin", "徐浩然": "xuhaoran", "孙佳怡": "sun.jiayi",
    "胡永健": "hu.yongjian", "朱晓燕": "zhuxy", "高子涵": "gao.zihan", "林美玲": "lin.meiling",
    "何俊杰": "hejj", "郭雪梅": "guo.xuemei", "马腾飞": "matengfei", "罗春花": "luo.chunhua",
}  # fmt: skip
FIRMS = [
    ("company", "杭州湖畔精品酒店有限公司", "hotel"),
    ("company", "浙江远山大学后勤服务中心", "campus"),
    ("company", "云栖软件（杭州）有限公司", "yunqisoft"),
    ("company", "宁波海蓝连锁便利店有限公司", "hailan"),
    ("company", "上海禾木幼儿园", "hemu"),
    ("company", "苏州金榕物业管理有限公司", "jinrong"),
    ("dealer", "杭州城西家电商行", "chengxi"),
    ("dealer", "合肥万家电器专卖店", "wanjia"),
    ("dealer", "南京新街口电器城", "xinjiekou"),
]
FOREIGN = [
    # name, city, address, mail
    ("Emma Clark", "Hangzhou", "12 Huanglong Road, Xihu District", "emma.clark"),
    ("James O'Neill", "Hangzhou", "88 Wenhui Road, Gongshu District", "james.oneill"),
    ("Sofia Rossi", "Shanghai", "210 Wukang Road, Xuhui District", "sofia.rossi"),
    ("Daniel Weber", "Shanghai", "1500 Century Avenue, Pudong", "d.weber"),
    ("Priya Nair", "Suzhou", "66 Xinghu Street, Industrial Park", "priya.nair"),
    ("Lucas Martin", "Hangzhou", "35 Jiangnan Avenue, Binjiang District", "lucas.martin"),
    ("Anna Kowalska", "Ningbo", "18 Zhongshan West Road, Haishu District", "anna.kowalska"),
    ("Michael Tan", "Nanjing", "9 Hunan Road, Gulou District", "michael.tan"),
]
REGIONS = {"Hangzhou": "Zhejiang", "Ningbo": "Zhejiang", "Suzhou": "Jiangsu", "Nanjing": "Jiangsu"}
SHOPS = ["官方商城", "城西家电商行", "天猫旗舰店", "万家电器专卖店", "新街口电器城"]
MAILS = ("example.com", "example.net", "example.org")
PREFIXES = ("138", "139", "150", "158", "177", "186", "199")


@dataclass
class Owner:
    """A customer with their address as typed and their units by category key."""

    customer: Customer
    phone: str
    email: str
    units: dict[str, list[Unit]] = field(default_factory=dict)


def settle(rng: Random, at: datetime, batches: dict[str, list[Batch]]) -> list[Owner]:
    """Record all customers, then what each bought. `at` is when the story begins."""
    tiers = {tier.key: tier for tier in Tier.objects.all()}
    owners = [_person(rng, at, tiers, place, name) for place, name in enumerate(PEOPLE)]
    owners += [_firm(rng, at, tiers, place, *firm) for place, firm in enumerate(FIRMS)]
    owners += [_foreigner(rng, at, tiers, place, *who) for place, who in enumerate(FOREIGN)]
    owners.append(_office(rng, at, tiers))
    for place, owner in enumerate(owners):
        _equip(rng, owner, place, batches, at.date())
        _agree(rng, owner, at)
    return owners


def _record(rng: Random, at: datetime, tier: Tier | None, phone: str, email: str, **facts) -> Owner:
    known_since = at - timedelta(days=30 + rng.randrange(700), hours=rng.randrange(9))
    customer = actions.record_customer(
        phone=phone, email=email, tier=tier, by=SYSTEM, at=known_since, **facts
    )
    return Owner(customer, phone, email)


def _person(rng: Random, at: datetime, tiers: dict, place: int, name: str) -> Owner:
    region, city, streets = rng.choice(PLACES)
    vip = place % 9 == 4
    email = f"{LATIN[name]}@{rng.choice(MAILS)}" if name in LATIN else ""
    return _record(
        rng,
        at,
        tiers.get("vip" if vip else "regular"),
        f"{rng.choice(PREFIXES)} 0000 {1100 + place * 17:04d}",
        email,
        name=name,
        region=region,
        city=city,
        address=f"{rng.choice(streets)}{rng.randrange(3, 480)}号{rng.randrange(1, 28)}幢"
        f"{rng.randrange(1, 19)}0{rng.randrange(1, 5)}室",
        notes="家有老人，上门前请先电话联系。" if place % 11 == 3 else "",
    )


def _firm(rng: Random, at: datetime, tiers: dict, place: int, kind: str, name: str, mail: str):
    region, city, streets = next(p for p in PLACES if p[1][:2] in name or p[1] == "杭州市")
    return _record(
        rng,
        at,
        tiers.get("vip" if place in (0, 1, 3) else "regular"),
        f"0571-5550-{2010 + place * 11:04d}",
        f"service@{mail}.example",
        kind=kind,
        name=name,
        region=region,
        city=city,
        address=f"{rng.choice(streets)}{rng.randrange(10, 900)}号",
        notes="周一至周五 9:00–17:30 可进场，需提前报备。" if kind == "company" else "",
    )


def _foreigner(rng: Random, at: datetime, tiers: dict, place: int, name, city, address, mail):
    return _record(
        rng,
        at,
        tiers.get("vip" if place == 0 else "regular"),
        f"+86 186 0000 {3300 + place * 13:04d}",
        f"{mail}@{MAILS[place % 3]}",
        name=name,
        language="en",
        region=REGIONS.get(city, ""),
        city=city,
        address=address,
    )


def _office(rng: Random, at: datetime, tiers: dict) -> Owner:
    return _record(
        rng,
        at,
        tiers.get("vip"),
        "+86 571 5550 2990",
        "facilities@northlight.example",
        kind="company",
        name="Northlight Design (Hangzhou) Ltd",
        language="en",
        region="Zhejiang",
        city="Hangzhou",
        address="4th floor, 500 Jiangnan Avenue, Binjiang District",
        notes="Reception opens at 9:00.",
    )


def _equip(rng: Random, owner: Owner, place: int, batches: dict, today: date) -> None:
    kinds = list(batches)
    count = 4 if owner.customer.kind != "person" else 2 + (place % 4 == 0)
    for number in range(count):
        category = kinds[(place + number * 3) % len(kinds)]
        unit = _unit(rng, owner, rng.choice(batches[category]), today, place * 10 + number)
        owner.units.setdefault(category, []).append(unit)


def _unit(rng: Random, owner: Owner, batch: Batch, today: date, sequence: int) -> Unit:
    bought = min(batch.manufactured_on + timedelta(days=rng.randrange(20, 160)),
                 today - timedelta(days=3))  # fmt: skip
    delivered = bought + timedelta(days=rng.randrange(1, 4))
    code = batch.product.code
    colours = COLOURS[code]
    serial = f"{code.replace('-', '')}{batch.code[1:]}{20017 + sequence * 37:06d}"
    return actions.record_unit(
        product=batch.product,
        batch=batch,
        customer=owner.customer,
        serial="" if colours else serial,
        order_line=f"D{bought:%Y%m%d}{sequence:04d}-1" if colours else "",
        variant=rng.choice(colours) if colours else "",
        bought_on=bought,
        delivered_on=delivered,
        installed_on=None if colours else delivered + timedelta(days=rng.randrange(0, 3)),
        proof_number=f"FP{bought:%y%m}{1000 + sequence:05d}" if rng.random() < 0.8 else "",
        sold_by=rng.choice(SHOPS),
        by=SYSTEM,
        at=owner.customer.created_at,
    )


def _agree(rng: Random, owner: Owner, at: datetime) -> None:
    for purpose, share in (("care", 0.55), ("marketing", 0.3), ("research", 0.15)):
        if rng.random() < share:
            actions.give_consent(
                owner.customer,
                purpose=purpose,
                text_version="2026-01",
                channel=rng.choice(("注册页面", "服务热线", "安装工单")),
                by=SYSTEM,
                at=owner.customer.created_at + timedelta(minutes=5),
            )
    if rng.random() < 0.05:
        actions.withdraw_consent(owner.customer, purpose="marketing", by=SYSTEM,
                                 at=at - timedelta(days=4))  # fmt: skip
