"""Dataclasses with slots that are quick to define and, frozen, quick to make.

The standard library compiles six methods for each frozen dataclass, a fifth of a start where a
program has a hundred. Here one is compiled, with the first instance, and the others are shared;
making an instance takes half as long too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

__all__ = ["dataclass"]

_T = TypeVar("_T")

_describe = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)
"""Does what compiles nothing: fields, slots, what patterns match by position."""


def _define(
    *,
    slots: Literal[True],  # noqa: ARG001 - as the standard library spells it
    frozen: bool = False,
    eq: bool = True,
) -> Callable[[type[_T]], type[_T]]:
    """Make a dataclass with slots, as the standard library's decorator does.

    It lacks what nobody here uses: fields by keyword only, `InitVar`, `__post_init__`, copying.
    """
    return partial(_defined, frozen=frozen, eq=eq)


def _defined(cls: type[_T], *, frozen: bool, eq: bool) -> type[_T]:
    # Python sets __hash__ to None where there is an __eq__.
    given = {name for name, value in vars(cls).items() if value is not None}
    made: type[_T] = _describe(cls)
    methods: dict[str, Any] = {"__init__": _init(made), "__repr__": _repr(made)}
    if eq:
        equal, hashed = _comparisons(made)
        methods |= {"__eq__": equal, "__hash__": hashed if frozen else None}
    if frozen:
        methods |= {"__setattr__": _set, "__delattr__": _delete}
    for name, method in methods.items():
        if name not in given:
            setattr(made, name, method)
    return made


def _init(cls: type[Any]) -> Callable[..., None]:
    """Return what becomes the class's own `__init__` when it is first called."""

    def init(self: object, *values: object, **named: object) -> None:
        own = _compiled(cls)
        setattr(cls, "__init__", own)  # noqa: B010 - mypy rightly warns of the plain form
        own(self, *values, **named)

    return init


def _compiled(cls: type[Any]) -> Callable[..., None]:
    """Compile the one method whose shape depends on the fields."""
    names: dict[str, Any] = {"__missing": MISSING}
    parameters, body = ["self"], ["pass"]
    for field in dataclasses.fields(cls):
        name, value, parameter = field.name, field.name, field.name
        # The slot's own way in: the class's refuses.
        names[f"__set_{name}"] = getattr(cls, name).__set__
        if field.default is not MISSING:
            names[f"__default_{name}"] = field.default
            parameter = f"{name}=__default_{name}"
        elif field.default_factory is not MISSING:
            names[f"__new_{name}"] = field.default_factory
            parameter = f"{name}=__missing"
            value = f"__new_{name}() if {name} is __missing else {name}"
        parameters.append(parameter)
        body.append(f"__set_{name}(self, {value})")
    source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body)
    exec(source, names)  # noqa: S102 - the names of fields, as the standard library does
    init: Callable[..., None] = names["__init__"]
    return init


def _comparisons(
    cls: type[Any],
) -> tuple[Callable[[object, object], bool], Callable[[object], int]]:
    compared = [field.name for field in dataclasses.fields(cls) if field.compare]
    key = attrgetter("__class__", *compared)

    def equal(self: object, other: object) -> bool:
        return key(self) == key(other) if type(self) is type(other) else NotImplemented

    return equal, lambda self: hash(key(self))


def _repr(cls: type[Any]) -> Callable[[object], str]:
    names = [field.name for field in dataclasses.fields(cls) if field.repr]

    def shown(self: object) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({said})"

    return shown


def _set(_self: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


if TYPE_CHECKING:
    from dataclasses import dataclass  # what mypy checks: all it knows of these holds for ours
else:
    dataclass = _define
