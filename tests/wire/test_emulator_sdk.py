from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import openai
import pytest
from openai import AzureOpenAI, OpenAI
from openai.types.responses import ResponseStreamEvent

from aztui.emulator.backend import Piece, Tally
from aztui.emulator.replies import CONTINUATIONS, REPLIES
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support.emulator import Logbook, Saying

KEY = "made-up"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(ScriptedReplies(), key=KEY) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def azure(emulator: Emulator) -> Iterator[AzureOpenAI]:
    with AzureOpenAI(
        api_key=KEY, api_version="2024-10-21", azure_endpoint=emulator.url, max_retries=0
    ) as client:
        yield client


@pytest.fixture(params=["dated", "v1"])
def either(request: pytest.FixtureRequest) -> Iterator[tuple[OpenAI, Logbook]]:
    """A client for one family of endpoints, of an emulator that takes its time."""
    log = Logbook()
    with Emulator(ScriptedReplies(), key=KEY, rate=500, log=log) as slow:
        made: OpenAI = (
            OpenAI(api_key=KEY, base_url=f"{slow.url}/openai/v1/", max_retries=0)
            if request.param == "v1"
            else AzureOpenAI(
                api_key=KEY,
                api_version="2025-04-01-preview",
                azure_endpoint=slow.url,
                max_retries=0,
            )
        )
        with made as client:
            yield client, log


def text_of(events: Iterable[ResponseStreamEvent]) -> str:
    return "".join(one.delta for one in events if one.type == "response.output_text.delta")


def test_a_response_in_the_background_outlives_its_client(
    either: tuple[OpenAI, Logbook],
) -> None:
    client, log = either
    stream = client.responses.create(model="demo", input="lorem 500", background=True, stream=True)
    begun = list(itertools.islice(stream, 9))
    stream.close()
    assert log.last()["end"] == "client left"
    assert begun[0].type == "response.created"
    name = begun[0].response.id
    assert begun[0].response.background
    assert client.responses.retrieve(name).status == "in_progress"
    last = begun[-1].sequence_number
    rest = list(client.responses.retrieve(name, stream=True, starting_after=last))
    assert [one.sequence_number for one in rest] == list(range(last + 1, last + len(rest) + 1))
    assert rest[-1].type == "response.completed"
    whole = client.responses.retrieve(name)
    assert whole.status == "completed"
    assert text_of([*begun, *rest]) == whole.output_text
    again = list(client.responses.retrieve(name, stream=True))
    assert text_of(again) == whole.output_text
    assert list(client.responses.retrieve(name, stream=True, starting_after=10_000)) == []
    client.responses.delete(name)
    with pytest.raises(openai.NotFoundError, match="not found"):
        client.responses.retrieve(name)


def test_a_response_in_the_background_is_cancelled(either: tuple[OpenAI, Logbook]) -> None:
    client, _ = either
    begun = client.responses.create(model="demo", input="lorem 50000", background=True)
    assert begun.status in {"queued", "in_progress"}
    stream = client.responses.retrieve(begun.id, stream=True)
    next(iter(stream))
    assert client.responses.cancel(begun.id).status == "cancelled"
    assert client.responses.retrieve(begun.id).status == "cancelled"
    assert client.responses.cancel(begun.id).status == "cancelled"
    assert "response.completed" not in {one.type for one in stream}


def test_what_runs_in_the_background_has_to_be_stored(either: tuple[OpenAI, Logbook]) -> None:
    client, _ = either
    with pytest.raises(openai.BadRequestError, match="requires 'store'"):
        client.responses.create(model="demo", input="Hi.", background=True, store=False)
    for wish in (client.responses.retrieve, client.responses.cancel, client.responses.delete):
        with pytest.raises(openai.NotFoundError, match="'resp_0' not found"):
            wish("resp_0")


def ask(client: OpenAI, deployment: str, prompt: str = "lorem 9") -> list[str | None]:
    """Stream a chat; give its texts, and its finish reason at the end."""
    stream = client.chat.completions.create(
        model=deployment, messages=[{"role": "user", "content": prompt}], stream=True
    )
    choices = [choice for chunk in stream for choice in chunk.choices]
    return [*(choice.delta.content for choice in choices), choices[-1].finish_reason]


def test_completions_streamed(azure: AzureOpenAI) -> None:
    stream = azure.completions.create(
        model="demo", prompt="Say something.", max_tokens=1000, stream=True
    )
    chunks = list(stream)
    assert chunks[0].choices == []
    text = "".join(choice.text for chunk in chunks for choice in chunk.choices)
    assert text[2:] in REPLIES
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert {chunk.model for chunk in chunks[1:]} == {"scripted-replies"}


def test_completions_whole(azure: AzureOpenAI) -> None:
    completion = azure.completions.create(model="demo", prompt="The ship", n=2, max_tokens=300)
    assert {choice.text for choice in completion.choices} < set(CONTINUATIONS)
    assert completion.choices[0].text != completion.choices[1].text
    assert completion.usage is not None
    assert completion.usage.total_tokens > 2


def test_completions_end_after_16_tokens_unless_told(azure: AzureOpenAI) -> None:
    completion = azure.completions.create(model="demo", prompt="lorem 100")
    assert completion.choices[0].finish_reason == "length"
    assert completion.usage is not None
    assert completion.usage.completion_tokens == 16


def test_chat_streamed_with_usage(azure: AzureOpenAI) -> None:
    stream = azure.chat.completions.create(
        model="demo",
        messages=[{"role": "user", "content": "lorem 3"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    assert chunks[1].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 3
    assert chunks[1].system_fingerprint


def test_chat_whole(azure: AzureOpenAI) -> None:
    completion = azure.chat.completions.create(
        model="demo", messages=[{"role": "user", "content": "Hello."}], max_completion_tokens=500
    )
    assert completion.choices[0].message.content in REPLIES


def test_v1_takes_the_model_from_the_body(emulator: Emulator) -> None:
    with OpenAI(api_key=KEY, base_url=f"{emulator.url}/openai/v1/", max_retries=0) as client:
        assert ask(client, "demo")[-1] == "stop"
        with pytest.raises(openai.NotFoundError):
            ask(client, "demo--404")


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("401", openai.AuthenticationError, "401"),
        ("404", openai.NotFoundError, "DeploymentNotFound"),
        ("429", openai.RateLimitError, "429"),
        ("500", openai.InternalServerError, None),
        ("teapot", openai.BadRequestError, "unknown_fault"),
    ],
)
def test_a_refusal_is_the_sdks_own_error(
    azure: AzureOpenAI, fault: str, error: type[openai.APIStatusError], code: str | None
) -> None:
    with pytest.raises(error) as caught:
        ask(azure, f"demo--{fault}")
    assert caught.value.code == code
    assert caught.value.request_id
    assert caught.value.response.headers["apim-request-id"]


def test_a_wrong_key_is_refused(emulator: Emulator) -> None:
    with (
        AzureOpenAI(
            api_key="wrong", api_version="2024-10-21", azure_endpoint=emulator.url
        ) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        ask(client, "demo")


def test_cut_breaks_the_connection(azure: AzureOpenAI) -> None:
    with pytest.raises(openai.APIConnectionError):
        ask(azure, "demo--cut:after=3")


def test_no_finish_ends_cleanly_without_a_reason(azure: AzureOpenAI) -> None:
    *texts, reason = ask(azure, "demo--no-finish")
    assert len(texts) == 1 + 9
    assert reason is None


@pytest.mark.parametrize("fault", ["hang", "stall:after=2"])
def test_silence_lasts_until_the_client_has_enough(azure: AzureOpenAI, fault: str) -> None:
    with pytest.raises(openai.APITimeoutError):
        ask(azure.with_options(timeout=0.2), f"demo--{fault}")


def test_a_default_fault_needs_no_name() -> None:
    with (
        Emulator(ScriptedReplies(), fault="404") as emulator,
        AzureOpenAI(api_key=KEY, api_version="2024-10-21", azure_endpoint=emulator.url) as client,
        pytest.raises(openai.NotFoundError),
    ):
        ask(client, "demo")


def test_choices_of_a_stream_take_turns() -> None:
    parts = [Piece(i % 2, str(i)) for i in range(4)]
    backend = Saying(*parts, Piece(1, "", "stop"), Piece(0, "", "stop"), Tally(1, 4))
    logbook = Logbook()
    with (
        Emulator(backend, log=logbook) as emulator,
        AzureOpenAI(api_key=KEY, api_version="2024-02-01", azure_endpoint=emulator.url) as client,
    ):
        stream = client.completions.create(model="demo", prompt="x", n=2, stream=True)
        got = [(choice.index, choice.text) for chunk in stream for choice in chunk.choices]
    assert got == [(0, "0"), (1, "1"), (0, "2"), (1, "3"), (1, ""), (0, "")]
    assert logbook.last()["tokens"] == 4


@pytest.fixture(scope="module", params=["2025-04-01-preview", "v1"])
def responding(emulator: Emulator, request: pytest.FixtureRequest) -> Iterator[OpenAI]:
    """A client of either family that has responses."""
    client = (
        OpenAI(api_key=KEY, base_url=f"{emulator.url}/openai/v1/", max_retries=0)
        if request.param == "v1"
        else AzureOpenAI(
            api_key=KEY, api_version=request.param, azure_endpoint=emulator.url, max_retries=0
        )
    )
    with client:
        yield client


def test_responses_streamed(responding: OpenAI) -> None:
    events = list(responding.responses.create(model="demo", input="lorem 3", stream=True))
    texts = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(texts) == "Lorem ipsum dolor"
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output_text == "Lorem ipsum dolor"
    assert last.response.usage is not None
    assert last.response.usage.output_tokens == 3
    assert last.response.model == "scripted-replies"


def test_responses_whole(responding: OpenAI) -> None:
    answer = responding.responses.create(
        model="demo", input=[{"role": "user", "content": "lorem 9"}], max_output_tokens=2
    )
    assert answer.output_text == "Lorem ipsum"
    assert answer.status == "incomplete"
    assert answer.incomplete_details is not None
    assert answer.incomplete_details.reason == "max_output_tokens"


def test_faults_of_responses_are_the_sdks_own_errors(responding: OpenAI) -> None:
    with pytest.raises(openai.RateLimitError):
        responding.responses.create(model="demo--429", input="Hi")
    with pytest.raises(openai.BadRequestError, match="max_output_tokens"):
        responding.responses.create(model="demo", input="Hi", extra_body={"max_tokens": 5})
    with pytest.raises(openai.APIConnectionError):
        list(responding.responses.create(model="demo--cut", input="lorem 9", stream=True))


def test_an_api_version_before_responses_is_azures_404(azure: AzureOpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="Resource not found"):
        azure.responses.create(model="demo", input="Hi")


def test_logprobs_are_the_sdks_own(azure: AzureOpenAI, responding: OpenAI) -> None:
    legacy = azure.completions.create(model="demo", prompt="x", logprobs=2, max_tokens=4)
    told = legacy.choices[0].logprobs
    assert told is not None
    assert "".join(told.tokens or ()) == legacy.choices[0].text
    chat = azure.chat.completions.create(
        model="demo", messages=[{"role": "user", "content": "x"}], logprobs=True, top_logprobs=2
    )
    entries = chat.choices[0].logprobs
    assert entries is not None
    assert [len(entry.top_logprobs) for entry in entries.content or ()][:1] == [2]
    answer = responding.responses.create(
        model="demo", input="lorem 3", include=["message.output_text.logprobs"], top_logprobs=1
    )
    message = answer.output[0]
    assert message.type == "message"
    part = message.content[0]
    assert part.type == "output_text"
    assert [entry.token for entry in part.logprobs or ()] == ["Lorem", " ipsum", " dolor"]


def test_thoughts_are_told_and_taken_back(responding: OpenAI) -> None:
    events = list(
        responding.responses.create(
            model="o4-mini",
            input="lorem 3",
            reasoning={"effort": "low", "summary": "concise"},
            include=["reasoning.encrypted_content"],
            store=False,
            stream=True,
        )
    )
    told = [e.delta for e in events if e.type == "response.reasoning_summary_text.delta"]
    last = events[-1]
    assert last.type == "response.completed"
    thoughts, message = last.response.output
    assert thoughts.type == "reasoning"
    assert thoughts.summary[0].text == "".join(told)
    assert message.type == "message"
    again = responding.responses.create(
        model="o4-mini",
        input=[
            {
                "type": "reasoning",
                "id": thoughts.id,
                "summary": [],
                "encrypted_content": thoughts.encrypted_content,
            },
            {"role": "user", "content": "lorem 2"},
        ],
    )
    assert again.output_text == "Lorem ipsum"
    assert again.usage is not None
    assert again.usage.output_tokens_details.reasoning_tokens > 0


def test_an_unknown_parameter_is_refused_by_its_name(azure: AzureOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="supplied: teapot"):
        azure.completions.create(model="demo", prompt="x", extra_body={"teapot": 1})


def test_the_sdk_waits_out_a_fault_that_passes(emulator: Emulator) -> None:
    with AzureOpenAI(
        api_key=KEY, api_version="2024-10-21", azure_endpoint=emulator.url, max_retries=1
    ) as client:
        assert ask(client, "retried--429:ms=1,times=1")[-1] == "stop"
