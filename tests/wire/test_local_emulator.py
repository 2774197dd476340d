"""The local model through the emulator, asked by the real SDK."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from openai import AzureOpenAI, BadRequestError, OpenAI

from aztui.emulator.local.backend import LocalModel
from aztui.emulator.server import Emulator
from tests.support.local import busy
from tests.support.processes import eventually

# One worker has the model: each would load it again.
pytestmark = pytest.mark.xdist_group("local model")


@pytest.fixture
def client(local_model: LocalModel) -> Iterator[AzureOpenAI]:
    with (
        Emulator(local_model, key="k") as emulator,
        AzureOpenAI(
            azure_endpoint=emulator.url, api_key="k", api_version="2024-10-21", max_retries=0
        ) as client,
    ):
        yield client


def test_completions_stream_as_azures_do(client: AzureOpenAI) -> None:
    chunks = list(
        client.completions.create(
            model="instruct", prompt="Name three colours.", max_tokens=20, stream=True
        )
    )
    texts = [choice.text for chunk in chunks for choice in chunk.choices]
    assert len([text for text in texts if text]) > 3
    assert chunks[-1].choices[0].finish_reason in {"stop", "length"}
    assert {chunk.model for chunk in chunks if chunk.model} == {"smollm2-135m-instruct"}


def test_chat_streams_with_usage_for_all_choices(client: AzureOpenAI) -> None:
    chunks = list(
        client.chat.completions.create(
            model="chat",
            messages=[{"role": "user", "content": "Write a long story."}],
            max_completion_tokens=10,
            n=2,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    reasons = {c.index: c.finish_reason for k in chunks for c in k.choices if c.finish_reason}
    assert reasons == {0: "length", 1: "length"}
    assert chunks[-1].usage
    assert chunks[-1].usage.completion_tokens == 20


def test_a_whole_answer_comes_too(client: AzureOpenAI) -> None:
    answer = client.chat.completions.create(
        model="chat", messages=[{"role": "user", "content": "Say hello."}], max_tokens=5
    )
    assert answer.choices[0].message.content
    assert answer.usage
    assert answer.usage.completion_tokens <= 5


def test_the_engines_own_parameter_is_taken(client: AzureOpenAI) -> None:
    answer = client.completions.create(
        model="instruct", prompt="Hi.", max_tokens=2, extra_body={"repeat_penalty": 1.3}
    )
    assert answer.choices[0].text
    with pytest.raises(BadRequestError, match="teapot"):
        client.completions.create(model="instruct", prompt="Hi.", extra_body={"teapot": 1})


def test_an_overlong_prompt_is_azures_error(client: AzureOpenAI) -> None:
    with pytest.raises(BadRequestError) as refused:
        client.completions.create(model="instruct", prompt="word " * 5000, max_tokens=5)
    assert refused.value.code == "context_length_exceeded"


def test_probabilities_are_the_models_own(client: AzureOpenAI) -> None:
    prompt = "Name three colours."
    answer = client.completions.create(model="instruct", prompt=prompt, max_tokens=8, logprobs=2)
    told = answer.choices[0].logprobs
    assert told is not None
    assert "".join(told.tokens or ()) == answer.choices[0].text
    assert (told.text_offset or [0])[0] == len(prompt)
    for token, logprob, ranked in zip(
        told.tokens or (), told.token_logprobs or (), told.top_logprobs or (), strict=True
    ):
        assert ranked[token] == logprob <= 0
        assert 2 <= len(ranked) <= 3


def test_a_client_that_leaves_stops_the_engine(
    client: AzureOpenAI, local_model: LocalModel
) -> None:
    stream = client.chat.completions.create(
        model="chat",
        messages=[{"role": "user", "content": "Write a very long story."}],
        max_tokens=3000,
        stream=True,
    )
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            break
    assert busy(local_model) == 1
    network = stream.response.extensions["network_stream"]
    network.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
    assert eventually(lambda: busy(local_model) == 0, 3.0)
    stream.close()


def test_responses_stream_as_azures_do(local_model: LocalModel) -> None:
    with (
        Emulator(local_model, key="k") as emulator,
        OpenAI(base_url=f"{emulator.url}/openai/v1", api_key="k", max_retries=0) as client,
    ):
        events = list(
            client.responses.create(
                model="instruct",
                instructions="Answer in one sentence.",
                input="Name three colours.",
                max_output_tokens=8,
                stream=True,
            )
        )
    texts = [event.delta for event in events if event.type == "response.output_text.delta"]
    last = events[-1]
    assert last.type in {"response.completed", "response.incomplete"}
    assert last.response.output_text == "".join(texts) != ""
    assert last.response.usage is not None
    assert 0 < last.response.usage.output_tokens <= 8
