"""The appliance maker of the demo: its name, departments and people."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from foundation.accounts.models import Department, Organisation, Role, User

PASSWORD = "demo"
DOMAIN = "chenghe.example"

PRIVACY_ZH = (
    "我们仅为处理您的服务请求而使用您提供的信息，并在法律要求的期限后删除。"
    "您可随时通过服务热线查询、更正或删除您的信息。（演示数据）"
)
PRIVACY_EN = (
    "We use what you tell us to handle your request, and delete it when the law allows. Call our "
    "hotline to see, correct or delete your data. (Example data.)"
)


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    roles: tuple[str, ...]
    department: str
    phone: str
    is_shown: bool = True


# One memorable login per role first; colleagues after them.
PEOPLE = [
    Person("agent", "陈静", ("agent",), "service", "0571-5550-0101"),
    Person("supervisor", "孙丽华", ("supervisor",), "service", "0571-5550-0102"),
    Person("technician", "唐伟", ("technician",), "technical", "138 0000 0901"),
    Person("dispatcher", "邓小军", ("dispatcher",), "dispatch", "0571-5550-0103"),
    Person("head", "胡建国", ("head",), "technical", "0571-5550-0104"),
    Person("manager", "马晓东", ("manager",), "service", "0571-5550-0105"),
    Person("provider", "许强（安捷服务）", ("provider",), "technical", "138 0000 0902"),
    Person("warehouse", "吴敏", ("warehouse",), "logistics", "0571-5550-0106"),
    Person("quality", "钱磊", ("quality",), "quality", "0571-5550-0107"),
    Person("analyst", "安然", ("analyst",), "service", "0571-5550-0108"),
    Person("admin", "系统管理员", ("administrator",), "service", "0571-5550-0109"),
    Person("lily", "Lily Zhou 周莉", ("agent",), "service", "0571-5550-0110", False),
    Person("zhangyu", "张宇", ("agent",), "service", "0571-5550-0111", False),
    Person("wangjun", "王军", ("technician",), "technical", "138 0000 0903", False),
    Person("liuyang", "刘洋", ("technician",), "technical", "138 0000 0904", False),
    Person("huanghy", "黄海燕", ("head",), "logistics", "0571-5550-0112", False),
    Person("luowen", "罗文", ("head",), "quality", "0571-5550-0113", False),
]
ADMINISTRATION, PHONE = "/admin/", "/m/"
ON_THE_PHONE = {"technician", "provider"}


def found() -> dict[str, User]:
    """Name the organisation, give departments their addresses, and hire the people."""
    Organisation.objects.update_or_create(
        pk=1,
        defaults={
            "name_zh": "澄禾电器售后服务中心",
            "name_en": "Chenghe Appliances Service Centre",
            "hotline": "400-000-1020",
            "colour": "#0f766e",
            "privacy_text_zh": PRIVACY_ZH,
            "privacy_text_en": PRIVACY_EN,
        },
    )
    for department in Department.objects.filter(email=""):
        department.email = f"{department.key}@{DOMAIN}"
        department.save(update_fields=["email"])
    # Hashed once: it is slow by design, and everybody's is the same.
    password = make_password(PASSWORD)
    return {person.username: _hire(person, password) for person in PEOPLE}


def _hire(person: Person, password: str) -> User:
    user = User(
        username=person.username,
        display_name=person.name,
        email=f"{person.username}@{DOMAIN}",
        phone=person.phone,
        department=Department.objects.filter(key=person.department).first(),
        password=password,
    )
    user.save()
    user.roles.set(Role.objects.filter(key__in=person.roles))
    return user
