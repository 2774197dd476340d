"""The lens beside the model itself: what it says of other tokens is what the model would say."""

from __future__ import annotations

import json
import math
import subprocess
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aztui.azure.engine import Engine
from aztui.core.events import Ended, RunId
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, compose
from aztui.core.run import Run, reduce
from aztui.emulator.local.backend import LocalModel
from aztui.emulator.server import Emulator
from aztui.explore.likelihood import rivals
from aztui.explore.places import Places
from aztui.ui.conversation import Branch, Conversation
from tests.support.processes import eventually
from tests.support.program import AZTUI, KEY, environment, instruct, write_dotenv
from tests.support.recorder import Recorder

# One worker has the model: each would load it again.
pytestmark = pytest.mark.xdist_group("local model")

PROMPT = "Once upon a time there was a lighthouse keeper who"
PLACES = 20
TOLERANCE = 0.03
"""Between the probabilities of a token in an answer and after the same text as a prompt: the engine
reckons with one token at a time there, and here with all of them at once."""
DEPLOYMENT = "smollm2-base"


@pytest.fixture
def base(local_model: LocalModel) -> Iterator[Emulator]:
    with Emulator(local_model, key=KEY) as emulator:
        yield emulator


def by_hand(emulator: Emulator, prompt: str, tokens: int) -> dict[str, Any]:
    """Ask the server for a completion, with nothing of aztui's."""
    body = {
        "prompt": prompt,
        "max_tokens": tokens,
        "temperature": 0,
        "logprobs": 5,
    }
    request = urllib.request.Request(
        f"{emulator.url}/openai/deployments/{DEPLOYMENT}/completions?api-version=2024-02-01",
        json.dumps(body).encode(),
        {"api-key": KEY, "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        (choice,) = json.load(response)["choices"]
    found: dict[str, Any] = choice
    return found


def answered(emulator: Emulator, folder: Path) -> Run:
    """An answer of twenty tokens, with their likelihoods, as `aztui ask` tells it to a script."""
    write_dotenv(folder, instruct(emulator.url, deployment=DEPLOYMENT))
    options = ("-o", "temperature=0", "-o", f"max_tokens={PLACES}", "--logprobs", "--json")
    done = subprocess.run(
        [*AZTUI, "ask", *options, PROMPT],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum(len(line["tokens"]) for line in told if line["event"] == "tokens") == PLACES
    profile = Profile(
        "local", Endpoint(emulator.url, "2024-02-01"), Secret(KEY), DEPLOYMENT, Api.COMPLETIONS
    )
    params = {"temperature": 0, "max_tokens": PLACES, "logprobs": 5}
    request = compose(Api.COMPLETIONS, DEPLOYMENT, PROMPT, params=params)
    got, engine = Recorder(), Engine(profile)
    try:
        engine.start(request, RunId("1"), got)
        got.end()
    finally:
        engine.close()
    run = Run(RunId("1"), request, 0.0)
    for stamped in got.stamped:
        run = reduce(run, stamped)
    assert run.text == "".join(line["text"] for line in told if line["event"] == "text")
    return run


def test_ranks_and_probabilities_are_those_of_the_model(base: Emulator, tmp_path: Path) -> None:
    run = answered(base, tmp_path)
    places = Places()
    places.extend(run.text, run.choices[0].tokens, over=True)
    assert len(places.found) == PLACES
    for place in places.found:
        ours = {token.text: math.exp(token.logprob or 0) for token in rivals(place.chosen)}
        (theirs,) = by_hand(base, PROMPT + run.text[: place.start], 1)["logprobs"]["top_logprobs"]
        shares = {text: math.exp(logprob) for text, logprob in theirs.items()}
        for text in ours.keys() & shares.keys():
            assert ours[text] == pytest.approx(shares[text], abs=TOLERANCE)
        # Two that are as likely as one another may change places.
        ranked = sorted(shares, key=lambda text: -shares[text])
        for at, text in enumerate(ranked[:3]):
            assert ours.get(text, 0) == pytest.approx(
                sorted(ours.values())[::-1][at], abs=TOLERANCE
            )


def test_going_on_from_another_token_is_sending_that_text(base: Emulator, tmp_path: Path) -> None:
    run = answered(base, tmp_path)
    places = Places()
    places.extend(run.text, run.choices[0].tokens, over=True)
    profile = Profile(
        "local", Endpoint(base.url, "2024-02-01"), Secret(KEY), DEPLOYMENT, Api.COMPLETIONS
    )
    engine, got = Engine(profile), Recorder()
    talk = Conversation(profile, engine, got)
    talk.params = {"temperature": 0, "max_tokens": 4}
    talk.session = talk.session.follow(run)
    try:
        for place in places.found:
            other = next(
                token for token in rivals(place.chosen) if token.text != place.chosen.token.text
            )
            start = run.text[: place.start] + other.text
            asked = talk.send(talk.branching(Branch(run.id, start)))
            eventually(partial(_over, asked, got))
            for stamped in got.stamped:
                talk.apply(stamped)
            assert talk.find(asked.id).text == by_hand(base, PROMPT + start, 4)["text"]
    finally:
        engine.close()


def _over(run: Run, got: Recorder) -> bool:
    return any(
        stamped.run == run.id and isinstance(stamped.event, Ended) for stamped in got.stamped
    )
