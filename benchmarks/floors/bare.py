"""The smallest Textual app that streams Markdown: what one gets without trying.

An input, a log, `Markdown.get_stream` fed by the SDK's asynchronous stream in a worker. openai is
imported with the first prompt, so that the first paint is Textual's own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from textual import work
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Markdown

if TYPE_CHECKING:
    from openai import AsyncAzureOpenAI

PLACEHOLDER: Final = "Ask anything"


class Bare(App[None]):
    """A prompt and the answers above it."""

    BINDINGS = [("escape", "stop", "Stop")]  # noqa: RUF012 - as Textual's own guide writes it

    client: AsyncAzureOpenAI | None = None

    def compose(self) -> ComposeResult:
        """Lay out the log and the prompt."""
        yield VerticalScroll(id="log")
        yield Input(placeholder=PLACEHOLDER)

    def on_mount(self) -> None:
        """Put the cursor where one types."""
        self.query_one(Input).focus()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send the prompt and stream the answer below it."""
        event.input.clear()
        log = self.query_one("#log", VerticalScroll)
        answer = Markdown()
        await log.mount(answer)
        log.anchor()
        self.stream(event.value, answer)

    def action_stop(self) -> None:
        """Stop the stream."""
        self.workers.cancel_all()

    @work(exclusive=True)
    async def stream(self, prompt: str, answer: Markdown) -> None:
        """Stream the completion of `prompt` into `answer`."""
        writer = Markdown.get_stream(answer)
        try:
            async with await self._client().completions.create(
                model=os.environ["AZURE_OPENAI_DEPLOYMENT_NAME_FOR_INSTRUCT"],
                prompt=prompt,
                max_tokens=1000,
                stream=True,
            ) as chunks:
                async for chunk in chunks:
                    for choice in chunk.choices:
                        await writer.write(choice.text)
        finally:
            await writer.stop()

    def _client(self) -> AsyncAzureOpenAI:
        if self.client is None:
            from openai import AsyncAzureOpenAI  # noqa: PLC0415 - a second that no paint waits for

            self.client = AsyncAzureOpenAI(
                azure_endpoint=os.environ["AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT"],
                api_key=os.environ["AZURE_OPENAI_API_KEY_FOR_INSTRUCT"],
                api_version="2024-02-01",
            )
        return self.client


if __name__ == "__main__":
    Bare().run()
