"""Every address of the project, filled with what exists in the world of these tests."""

import re
from dataclasses import dataclass

from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, get_resolver

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")

ODD = {
    "admin:app_list": "/admin/tickets/",
    "admin:view_on_site": "/admin/r/1/1/",
    "admin:sheets_download": "/admin/export/1/file/",
    "admin:sheets_export": "/admin/export/?list=tickets.alltickets&query=",
    "admin:tickets_intake_known": "/admin/tickets/intake/known/?words=13812345678",
}


@dataclass(frozen=True)
class Address:
    name: str
    route: str

    def __str__(self) -> str:
        return self.name


def _walk(patterns, before="", names=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(names + (pattern.name or f"/{route}"), route)
        else:
            inner = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from _walk(pattern.url_patterns, route, inner)


def all_addresses() -> list[Address]:
    """By name; what has none are redirects of the admin, and are left out."""
    rows = [row for row in _walk(get_resolver().url_patterns) if "/" not in row.name]
    return sorted({row.name: row for row in rows}.values(), key=lambda row: row.name)


def path_of(address: Address, world: dict) -> str:
    """The path with real arguments, from the world's `places` or the first row of the model."""
    if address.name in ODD:
        return ODD[address.name]
    return "/" + PLACE.sub(lambda place: str(_value(address, place[1], world)), address.route)


def _value(address: Address, argument: str, world: dict):
    app = address.name.partition(":")[0]
    for key in (f"{app}.{argument}", argument):
        if key in world:
            return world[key]
    if argument in ("object_id", "pk", "id"):
        return _pk(address.route.split("/")[1:3], world)
    raise LookupError(f"tests/house/conftest.py knows no {argument} for {address.name}")


def _pk(label: list[str], world: dict):
    model = apps.get_model(*label)
    door = admin.site._registry[model]
    if issubclass(model, type(world["ticket"])):
        return world["ticket"].pk
    row = door.model._default_manager.first()
    return row.pk if row else 1
