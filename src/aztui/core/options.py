"""What the user asks for besides the prompt: read, checked, and put as the request's body has it.

A parameter that an API is known to take is checked before anything is sent. Any other goes through
as it is, since gateways and other servers have their own, unless it looks like a slip of the pen:
a server that ignores unknown members would answer without a word, and to another question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from aztui.core.parameters import Parameter, counterpart, find, parameters
from aztui.core.profile import Profile
from aztui.core.request import (
    NO_PARAMS,
    RESERVED,
    Api,
    Json,
    Params,
    RequestError,
    check_answers,
)
from aztui.core.values import as_json, json_or_text

_SHOWN: Final = 40
"""Characters of a wrong value that its error repeats."""
_BRIEF: Final = 24
"""Characters of a value where there is little room."""
_LIMITS: Final = frozenset({"max_tokens", "max_completion_tokens", "max_output_tokens"})
_TOO_SHORT: Final = 6
"""Shorter names differ by one letter and mean something else: `top_p` and `top_k`."""


def with_option(api: Api, params: Params, text: str) -> Params:
    """Return the parameters with one `KEY=VALUE` over them.

    The value is what the parameter takes; for one that the API is not known to have, it is JSON
    where it is JSON (`0.2`, `true`, `["a"]`) and text otherwise. An empty value takes the
    parameter back to its default. A key in double quotes is neither checked nor changed.

    Raises:
        RequestError: no `=`, an empty key, one that aztui fills in itself, or a value that the
            parameter does not take.
    """
    key, equals, value = text.partition("=")
    key = key.strip()
    try:
        if not equals or not key:
            raise RequestError("It is not KEY=VALUE: write for instance temperature=0.2.")
        if len(key) > 2 and key[0] == key[-1] == '"':
            return _put(params, (_free(key[1:-1]),), json_or_text(value))
        known = find(api, key)
        if known is not None:
            return with_value(api, params, key, known.kind.read(value) if value.strip() else None)
        return with_value(api, params, key, json_or_text(value))
    except RequestError as error:
        raise RequestError(f"Option {_cut(text)!r}: {error}") from None
    except RecursionError:
        raise RequestError(f"Option {_cut(text)!r}: its value is nested too deeply.") from None


def with_value(api: Api, params: Params, name: str, value: Json) -> Params:
    """Return the parameters with one of them set; None takes it back to its default.

    Raises:
        RequestError: the parameter does not take this value, belongs to another API, is filled in
            by aztui, or has a name that looks like a mistake.
    """
    _free(name.partition(".")[0])
    known = find(api, name)
    if known is not None:
        return _put(params, known.path, None if value is None else _checked(known, value))
    if _is_default_elsewhere(name, value):
        return params
    _check_name(api, name)
    parents = {parameter.path[0] for parameter in parameters(api) if len(parameter.path) > 1}
    path = tuple(name.split(".")) if name.partition(".")[0] in parents else (name,)
    if name in parents:
        value = _checked_members(api, name, value)
    return _put(params, path, value, keep_null=True)


def checked(api: Api, params: Params) -> Params:
    """Return parameters as they are sent, each of them checked.

    Raises:
        RequestError: as `with_value`.
    """
    result: Params = NO_PARAMS
    for name, value in params.items():
        result = with_value(api, result, name, value)
    return result


def check_background(api: Api, params: Params) -> None:
    """Make sure that what is to go on in the background may be stored, and is one answer.

    Raises:
        RequestError: it may not, or is not.
    """
    check_answers(api, params)
    if api is Api.RESPONSES and params.get("background") is True and params.get("store") is False:
        raise RequestError(
            "background=true needs the response stored, and store=false says not to: leave one of "
            "them out."
        )


def default_of(params: Params, parameter: Parameter) -> Json:
    """Return what holds where a parameter is not set: its default, with what else is set."""
    if parameter.name == "store" and params.get("background") is True:
        return True
    return parameter.default


def lacks(api: Api, name: str) -> bool:
    """Whether a member of the body belongs to other APIs only."""
    owners = {other for other in Api for known in parameters(other) if known.path[0] == name}
    return bool(owners) and api not in owners


def value_of(params: Params, parameter: Parameter) -> Json:
    """Return what a parameter is set to; None where it is not."""
    value: Json = params
    for name in parameter.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def differing(api: Api, params: Params) -> Params:
    """Return what differs from the API's defaults."""
    for parameter in parameters(api):
        value = value_of(params, parameter)
        if parameter.default is not None and _same(value, parameter.default):
            params = _put(params, parameter.path, None)
    return params


def told(profile: Profile, params: Params) -> Params:
    """Return what a profile's server is told: what differs from the defaults that it has."""
    return params if profile.own_defaults else differing(profile.api, params)


def limit_name(api: Api, params: Params) -> str:
    """Return the name of the parameter that limits an answer's tokens, as it is set or may be."""
    names = [known.name for known in parameters(api) if known.name in _LIMITS]
    return next((name for name in names if name in params), names[0])


def fitting(api: Api, params: Params, was: Api) -> tuple[Params, tuple[str, ...]]:
    """Return the parameters of one API as another takes them, and the names of what it lacks."""
    if api is was:
        return params, ()
    rest, lacking = params, []
    result: Params = NO_PARAMS
    for parameter in parameters(was):
        value = value_of(params, parameter)
        rest = _put(rest, parameter.path, None)
        if value is None or _same(value, parameter.default):
            continue
        other = counterpart(api, parameter)
        if other is not None and other.kind.holds(value):
            result = _put(result, other.path, value)
        else:
            lacking.append(parameter.name)
    return {**result, **rest}, tuple(lacking)


def carried(
    params: Params, was: tuple[Api, Params], now: tuple[Api, Params]
) -> tuple[Params, tuple[str, ...]]:
    """Return what is set when one profile takes another's place in a session.

    What the user changed stays, what the old profile brought goes with it.

    Args:
        params: what is set.
        was: the API that was asked, and its profile's own parameters.
        now: the API that is asked from now on, and its profile's own parameters.

    Returns:
        What is set then, and what the user had set that the new API does not take.
    """
    changed = {name: value for name, value in params.items() if was[1].get(name) != value}
    moved, lacking = fitting(now[0], changed, was[0])
    gone = set(was[1]) - set(params)
    return {**{n: v for n, v in now[1].items() if n not in gone}, **moved}, lacking


def brief(api: Api, params: Params) -> tuple[str, ...]:
    """Return each parameter that is set with its value, in few letters: `temp 0.7`."""
    return tuple(_brief(api, params))


def _brief(api: Api, params: Params) -> Iterator[str]:
    for parameter in parameters(api):
        value = value_of(params, parameter)
        if value is not None:
            yield f"{parameter.short} {_cut(parameter.kind.write(value), _BRIEF)}"
            params = _put(params, parameter.path, None)
    for name, value in params.items():
        yield f"{name} {_cut(as_json(value), _BRIEF)}"


def _free(name: str) -> str:
    if name in RESERVED:
        raise RequestError(f"aztui sets {name} itself, it cannot be given.")
    return name


def _checked(parameter: Parameter, value: Json) -> Json:
    normal = parameter.kind.normal(value)
    if parameter.kind.holds(normal):
        return normal
    raise RequestError(
        f"{parameter.name} takes {parameter.kind.words}, not {_cut(as_json(value))}."
    )


def _checked_members(api: Api, name: str, value: Json) -> Json:
    """Check what is given at once for a parameter and its neighbours: `reasoning={…}`."""
    members = [known for known in parameters(api) if known.path[0] == name]
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise RequestError(
            f"{name} takes a JSON object, not {_cut(as_json(value))}; its members can be given "
            f"one by one, as {members[0].name}."
        )
    result: Params = {name: value}
    for member in members:
        given = value_of(result, member)
        if given is not None:
            result = _put(result, member.path, _checked(member, given))
    return result.get(name)


def _is_default_elsewhere(name: str, value: Json) -> bool:
    """Whether a parameter of other APIs asks for nothing, such as one answer and no more."""
    others = (find(api, name) for api in Api)
    return any(other is not None and _same(value, other.default) for other in others)


def _check_name(api: Api, name: str) -> None:
    for other in reversed(Api):
        known = find(other, name)
        if known is None:
            continue
        same = counterpart(api, known)
        if same is not None:
            raise RequestError(f"The {api} API calls {name} {same.name}: give that.")
        raise RequestError(
            f"The {api} API has no parameter {name} ({known.words}): leave it out, or use --api "
            f"{other} with a deployment that answers there."
        )
    near = _near(api, name)
    if near is not None:
        raise RequestError(
            f"{name} is not a parameter of the {api} API: did you mean {near.name}? To send it as "
            f"""it is, put it in quotes: -o '"{name}"=…'."""
        )


def _near(api: Api, name: str) -> Parameter | None:
    """Return the parameter that was most likely meant; None where none is near."""
    plain = _letters(name)
    for parameter in parameters(api):
        if plain in {_letters(parameter.name), _letters(parameter.short)}:
            return parameter
    if len(plain) < _TOO_SHORT:
        return None
    near = (known for known in parameters(api) if _one_slip(plain, _letters(known.name)))
    return next(near, None)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter more, less, another, or two swapped make one name of the other."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other or one == other[1:] or one[1:] == other[1:]


def _same(value: Json, default: Json) -> bool:
    """Whether two values are one for the API: in Python true is 1, in JSON it is not."""
    if default is None or isinstance(value, bool) is not isinstance(default, bool):
        return False
    return value == default


def _put(params: Params, path: tuple[str, ...], value: Json, *, keep_null: bool = False) -> Params:
    """Return the parameters with a member set, or without it where the value is None."""
    name, *rest = path
    if rest:
        inner = params.get(name)
        members = inner if isinstance(inner, Mapping) else {}
        value = _put(members, tuple(rest), value, keep_null=keep_null) or None
        keep_null = False
    others = {key: other for key, other in params.items() if key != name}
    if value is None and not keep_null:
        return others
    return {**params, name: value}


def _cut(text: str, length: int = _SHOWN) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
