"""What to say where a profile lacks something: what is missing, what was found, what to write."""

from __future__ import annotations

from collections.abc import Sequence

from aztui.config.candidate import Candidate
from aztui.config.errors import IncompleteError
from aztui.config.layers import Layer, Variables, mentions
from aztui.core.profile import INSTALL_ENTRA


def incomplete(
    candidate: Candidate, missing: Sequence[str], layers: Sequence[Variables], *, entra: bool
) -> IncompleteError:
    """Say it in sentences.

    Args:
        candidate: the profile.
        missing: the parts that it lacks: endpoint, key or token, deployment.
        layers: the variables that were looked at.
        entra: whether a sign-in could stand in for its key, if azure-identity were there.
    """
    lacking = " and ".join(missing)
    verb = "is" if len(missing) == 1 else "are"
    lines = [f"The profile {candidate.name} is not complete: its {lacking} {verb} missing."]
    found = mentions(layers, candidate.names.every)
    told = candidate.table.mentions() if candidate.table else ()
    if whole := ", ".join(item.source for item in (*found, *told) if item.value):
        lines.append(f"Found: {whole}.")
    if empty := ", ".join(item.source for item in found if not item.value):
        lines.append(f"Empty: {empty}.")
    if candidate.table and (unset := candidate.table.unset) and {"key", "token"} & set(missing):
        key, variable = unset
        lines.append(
            f"{key} of {candidate.table.origin.where} names {variable}, which the environment "
            "does not set."
        )
    lines.append(_advice(candidate, missing, layers))
    if entra:
        lines.append(f"Or sign in with Entra ID, without a key: {INSTALL_ENTRA}")
    return IncompleteError("\n".join(lines))


def _advice(candidate: Candidate, missing: Sequence[str], layers: Sequence[Variables]) -> str:
    ways = [*_writing(candidate, missing, layers)]
    options = {"endpoint": "--endpoint URL", "deployment": "-m DEPLOYMENT"}
    given = [options[part] for part in missing if part in options]
    if given:
        ways.append(f"give {' and '.join(given)}")
    advice = "; or ".join(ways)
    return f"{advice[0].upper()}{advice[1:]}."


def _writing(
    candidate: Candidate, missing: Sequence[str], layers: Sequence[Variables]
) -> list[str]:
    """What to write where: into the table where there is one, else as variables."""
    table, names = candidate.table, candidate.names
    if table is not None:
        keys = {
            "endpoint": 'endpoint = "…"',
            "key": 'key_env = "VARIABLE"',
            "token": 'token_env = "VARIABLE"',
            "deployment": 'deployment = "…"',
        }
        lines = " and ".join(keys[part] for part in missing)
        return [f"write {lines} into {table.origin.where}"]
    files = [layer.origin.where for layer in layers if layer.origin.layer is Layer.ENV_FILE]
    variables = [getattr(names, part)[0] for part in missing if getattr(names, part)]
    if not variables:
        return []
    lines = " and ".join(f"{variable}=…" for variable in variables)
    return [f"write {lines} into {files[0] if files else '.env'} or the environment"]
