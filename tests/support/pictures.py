"""Pictures of the screen: the program with a scripted source, and scenes to bring it into."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from queue import SimpleQueue
from typing import Any, Final, TypeAlias

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from textual.pilot import Pilot

from aztui.config.errors import SettingsError, UnapprovedError
from aztui.config.overview import Known
from aztui.core.events import Cause, Ended
from aztui.core.lessons import Learnt, Refused, Subject
from aztui.core.listing import Listed, Lister, ListingError
from aztui.core.ports import Forgetful, Source
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Params
from aztui.ui.app import AztuiApp
from aztui.ui.offers import Offer
from aztui.ui.screens.main import MainScreen
from aztui.ui.switching import Choice
from aztui.ui.theme import DARK, LIGHT
from tests.support.fakes import Clock, ScriptedSource, numbered_ids

DEADLINE: Final = 10.0

INSTRUCT: Final = Profile(
    "instruct",
    Endpoint("https://contoso.openai.azure.com", "2024-02-01"),
    None,
    "gpt-35-turbo-instruct",
    Api.COMPLETIONS,
    params={"max_tokens": 1000},
)
CHAT: Final = replace(
    INSTRUCT,
    endpoint=Endpoint("https://contoso.openai.azure.com", "2024-10-21"),
    deployment="gpt-5-mini",
    api=Api.CHAT,
    system="You answer in one short sentence, without any preamble.",
    params={"temperature": 0.7, "max_tokens": 1000, "reasoning_effort": "low", "stop": ["\n\n"]},
)
THREE: Final = replace(INSTRUCT, params={"max_tokens": 100, "n": 3})
LOCAL: Final = Profile(
    "local",
    Endpoint("http://127.0.0.1:8080", "2024-02-01"),
    None,
    "smollm2-135m",
    Api.CHAT,
    params={"max_tokens": 400},
    notice="small local model: answers are unreliable",
)

QUESTION: Final = "What is the transformer architecture? Explain self-attention. 5 bullets."
ANSWER: Final = """\
1. The transformer is a neural network for sequences that reads all tokens at once instead of \
one after another, which is why it trains so well on parallel hardware.
2. It was introduced in 2017 in “Attention Is All You Need” and has since become the most \
popular architecture for language models.
3. Self-attention lets each token look at every other token and weigh how much each matters \
to its own meaning.
4. For this each token is turned into a query, a key and a value; query · key gives the weight \
with which a value is mixed in.
5. Several heads do this side by side, so that one may follow grammar while another follows \
what “it” refers to.
"""

NOT_THERE: Final = Problem(
    Kind.NOT_FOUND,
    "This deployment does not exist on contoso",
    detail="The API deployment for this resource does not exist. If you created the deployment "
    "within the last 5 minutes, please wait a moment and try again.",
    fix="Most likely it is the name: compare it with the Deployments page in Azure's portal.",
    status=404,
    asked="https://contoso.openai.azure.com/openai/deployments/gpt-4o-mni/completions"
    "?api-version=2024-02-01",
    ids=(("x-request-id", "6f1c0b1e-3c55-4f0e-9a52-0d8f4b1c7e11"), ("x-ms-region", "Sweden")),
)
RESET: Final = Problem(
    Kind.CONNECTION,
    "The connection to contoso.openai.azure.com broke while the answer was coming",
    detail="Connection reset by peer",
    fix="Send the prompt again; if it happens again, a proxy or the network drops the answer.",
)

_FORMAT: Final = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-size: {char_height}px; line-height: {line_height}px; \
white-space: pre; font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }}
.{unique_id}-title {{ font-size: 18px; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""

COLOURS: Final[Mapping[str, TerminalTheme]] = {
    DARK: TerminalTheme(
        (24, 26, 31),
        (222, 224, 228),
        [
            (24, 26, 31), (240, 113, 120), (152, 195, 121), (229, 192, 123),
            (97, 175, 239), (198, 120, 221), (86, 192, 205), (171, 178, 191),
        ],
    ),
    LIGHT: TerminalTheme(
        (252, 252, 250),
        (40, 42, 48),
        [
            (40, 42, 48), (196, 43, 52), (60, 130, 50), (150, 110, 0),
            (30, 95, 190), (140, 50, 160), (0, 128, 140), (200, 200, 200),
        ],
    ),
}  # fmt: skip
"""The colours of two terminals, to draw pictures with: the program itself chooses none."""


class PicturedApp(AztuiApp):
    """The program, whose screenshots have the colours of a terminal that is dark or light."""

    def __init__(self, *args: Any, theme: str = DARK, **options: Any) -> None:
        super().__init__(*args, **options)
        self.theme = theme

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        console = Console(
            width=self.size.width,
            height=self.size.height,
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            record=True,
            legacy_windows=False,
            safe_box=False,
        )
        stack = self._background_screens
        console.print(
            self.screen._compositor.render_update(full=True, screen_stack=stack, simplify=simplify)
        )
        return console.export_svg(
            title=title or self.title, theme=COLOURS[self.theme], code_format=_FORMAT
        )


class Stage:
    """The program and what it talks to, for a scene."""

    def __init__(
        self, profile: Profile | None = INSTRUCT, *, theme: str = DARK, **options: Any
    ) -> None:
        self.clock = Clock()
        self.source = ScriptedSource(self.clock)
        self.book = Book(self.source)
        self.app = PicturedApp(
            profile,
            None if profile is None else self.source,
            **{
                "offers": [] if profile else [LOCAL_MODEL, SCRIPTED],
                "directory": self.book,
                **options,
            },
            theme=theme,
            clock=self.clock,
            new_id=numbered_ids(),
        )

    @property
    def main(self) -> MainScreen:
        """The main screen."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    @property
    def rows(self) -> list[str]:
        """What stands on the screen, without what is blank at the right."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self.rows)

    async def until(self, pilot: Pilot[Any], *wanted: str | Callable[[], bool]) -> None:
        """Wait until texts stand on the screen, or what is asked is so; fail after a deadline."""
        deadline = time.monotonic() + DEADLINE
        while not all(one in self.text if isinstance(one, str) else one() for one in wanted):
            assert time.monotonic() < deadline, f"{wanted} is not on the screen:\n{self.text}"
            await pilot.pause()
            await asyncio.sleep(0.01)

    async def look(self, pilot: Pilot[Any]) -> None:
        """Let the status line look at the clock, which it does by itself only now and then."""
        self.main._look()
        await pilot.pause()

    async def ask(self, pilot: Pilot[Any], prompt: str = QUESTION) -> None:
        """Type a prompt and send it."""
        count = len(self.source.runs)
        self.main._prompt.insert(prompt)
        await pilot.press("enter")
        await pilot.pause()
        assert len(self.source.runs) == count + 1

    async def say(self, pilot: Pilot[Any], text: str, choice: int = 0) -> None:
        """Let text come, and wait until it is laid out."""
        self.source.last.text(text, choice)
        self.clock.move(0.1)
        await pilot.pause()
        self.main.on_stream_events()
        await pilot.pause()


def _refuse(_report: object) -> Any:
    raise OSError("No connection to where the model's weights are: try the scripted replies.")


LOCAL_MODEL: Final = Offer(
    "Local model", "a small model, to run here; a download of 92.9 MB, once", _refuse
)
SCRIPTED: Final = Offer("Scripted replies", "no model and no network: to see how it works", _refuse)


Scene: TypeAlias = Callable[[Stage, Pilot[Any]], Awaitable[None]]


async def empty(stage: Stage, pilot: Pilot[Any]) -> None:
    await pilot.pause()


async def waiting(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot)
    stage.clock.move(1.7)
    await stage.look(pilot)


async def streaming(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot)
    stage.clock.move(0.4)
    await stage.say(pilot, ANSWER[:100])
    stage.clock.move(1.0)
    await stage.say(pilot, ANSWER[100:380])
    stage.clock.move(0.3)
    await stage.look(pilot)


async def done(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot)
    stage.clock.move(0.3)
    await stage.say(pilot, ANSWER)
    stage.clock.move(2.8)
    stage.source.last.done(tokens=159)
    await stage.until(pilot, "159 tokens")


async def stopped(stage: Stage, pilot: Pilot[Any]) -> None:
    await streaming(stage, pilot)
    await pilot.press("escape")
    await stage.until(pilot, "stopped by you")


async def failed(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot, "Summarise the minutes below in three sentences.")
    stage.clock.move(0.2)
    stage.source.last.fail(NOT_THERE)
    await stage.until(pilot, "✗")


async def cut_short(stage: Stage, pilot: Pilot[Any]) -> None:
    await streaming(stage, pilot)
    stage.source.last.send(Ended(Cause.BROKEN, RESET))
    await stage.until(pilot, "cut short")


async def token_limit(stage: Stage, pilot: Pilot[Any]) -> None:
    await streaming(stage, pilot)
    stage.source.last.done("length", tokens=1000)
    await stage.until(pilot, "token limit")


async def filtered(stage: Stage, pilot: Pilot[Any]) -> None:
    await streaming(stage, pilot)
    stage.source.last.done("content_filter")
    await stage.until(pilot, "content filter")


async def talk(stage: Stage, pilot: Pilot[Any]) -> None:
    await done(stage, pilot)
    await stage.ask(pilot, "And in one sentence,\nfor a child?")
    stage.clock.move(0.4)
    await stage.say(pilot, "It is a machine that reads a whole story at once 📖 and")
    stage.clock.move(0.4)
    await stage.look(pilot)


async def several(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot, "A name for a lighthouse keeper?")
    stage.clock.move(0.3)
    await stage.say(pilot, "Elias Thorne", 0)
    await stage.say(pilot, "Marit Solheim", 2)
    await stage.say(pilot, "Tom Penhaligon", 1)
    stage.source.last.done(tokens=14, choices=3)
    await stage.until(pilot, "14 tokens")


async def welcome(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.until(pilot, "aztui")


async def help_page(stage: Stage, pilot: Pilot[Any]) -> None:
    await pilot.press("f1")
    await stage.until(pilot, "Keys")


class Remembered(Forgetful):
    """A memory of a reasoning model."""

    def recall(self, subject: Subject) -> Learnt:
        return Learnt(
            refused=(
                Refused(
                    "temperature",
                    0.7,
                    words="'temperature' does not support 0.7 with this model.",
                ),
                Refused("top_p", words="'top_p' is not supported with this model."),
                Refused("max_tokens", instead="max_completion_tokens"),
            )
        )


def known(name: str, *deployments: str, why: str = "", **apis: Api) -> Known:
    """A profile to choose from, whose deployments are asked through `apis`, else chat."""
    return Known(
        name,
        deployments,
        None if why else Api.CHAT,
        f"{name}.openai.azure.com",
        whole=not why,
        why=why,
        sources={
            "endpoint": f"AZURE_OPENAI_ENDPOINT_FOR_{name.upper()} in the environment",
            "key": f"AZURE_OPENAI_API_KEY_FOR_{name.upper()} in /home/ana/.env",
        }
        if not why
        else {},
        apis={name: Api(apis.get(name, Api.CHAT)) for name in deployments if not why},
    )


UNAPPROVED: Final = UnapprovedError(
    "Refused: AZURE_OPENAI_ENDPOINT_FOR_LAB in /home/ana/lab/.env decides where requests go, but "
    "the key is AZURE_OPENAI_API_KEY_FOR_LAB in the environment. A file may be someone else's, so "
    "your key does not go where it says.\nPut a key for it into /home/ana/lab/.env too, or say it "
    "yourself: with --endpoint, or AZURE_OPENAI_ENDPOINT_FOR_LAB in the environment.",
    "https://lab.openai.azure.com",
    "AZURE_OPENAI_API_KEY_FOR_LAB in the environment",
)


class Book:
    """A directory of made-up profiles; the profile `lab` asks for approval."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.opened: list[Choice | None] = []
        self.approved: list[UnapprovedError] = []
        self.wrong = ""
        self.lists: Lister | None = None

    def list(self) -> Sequence[Known]:
        incomplete = (
            "The profile home is not complete: its key is missing.\n"
            "Write AZURE_OPENAI_API_KEY_FOR_HOME=… into .env or the environment."
        )
        return (
            known("home", "gpt-4o", why=incomplete),
            known("instruct", "gpt-35-turbo-instruct", "davinci-002"),
            replace(known("lab", "o4-mini", why=str(UNAPPROVED)), asks=True),
            known("work", "gpt-5-mini", "o4-mini", "gpt-5-pro", **{"gpt-5-pro": Api.RESPONSES}),
        )

    def open(self, choice: Choice | None = None) -> tuple[Profile, Source]:
        self.opened.append(choice)
        asked = choice or Choice("lab", "o4-mini", Api.CHAT)
        if asked.profile == "lab" and not self.approved:
            raise UNAPPROVED
        if asked.profile == "home" or self.wrong:
            raise SettingsError(self.wrong or "The profile home is not complete.")
        api = asked.api or (Api.RESPONSES if asked.deployment == "gpt-5-pro" else Api.CHAT)
        endpoint = Endpoint(f"https://{asked.profile}.openai.azure.com", "2024-10-21")
        params: Params = {"top_p": 0.5}
        return Profile(
            asked.profile, endpoint, None, asked.deployment, api, None, params
        ), self.source

    def lister(self) -> Lister | None:
        return self.lists

    def approve(self, refused: UnapprovedError) -> None:
        self.approved.append(refused)


class Slow:
    """A lister that tells what it is given, when a test says so."""

    def __init__(self) -> None:
        self.told: SimpleQueue[tuple[Listed, ...] | ListingError] = SimpleQueue()
        self.stopped = False

    def fetch(self) -> tuple[Listed, ...]:
        told = self.told.get(timeout=DEADLINE)
        if isinstance(told, ListingError):
            raise told
        return told

    def stop(self) -> None:
        self.stopped = True
        self.told.put(())


LISTED: Final = (
    Listed("gpt-4.1-eu", "gpt-4.1 2025-04-14"),
    Listed("GPT-35-Turbo-Instruct", "gpt-35-turbo-instruct 0914"),
    Listed("gpt-5-mini", "gpt-5-mini 2025-08-07"),
    Listed("summaries"),
)


async def profiles(stage: Stage, pilot: Pilot[Any]) -> None:
    await pilot.press("f6")
    await stage.until(pilot, "profiles", "work")


async def asking_resource(stage: Stage, pilot: Pilot[Any]) -> Slow:
    stage.book.lists = slow = Slow()
    await profiles(stage, pilot)
    await stage.until(pilot, "Asking Azure")
    return slow


async def listed(stage: Stage, pilot: Pilot[Any]) -> None:
    slow = await asking_resource(stage, pilot)
    slow.told.put(LISTED)
    await stage.until(pilot, "summaries")


async def unlisted(stage: Stage, pilot: Pilot[Any]) -> None:
    slow = await asking_resource(stage, pilot)
    slow.told.put(
        ListingError(
            "Azure refuses it with 403 (AuthorizationFailed). The role Cognitive Services OpenAI "
            "User on contoso allows it. The client does not have authorization to read this."
        )
    )
    await stage.until(pilot, "could not be")


async def approval(stage: Stage, pilot: Pilot[Any]) -> None:
    await profiles(stage, pilot)
    await pilot.press("end", "up", "up", "up", "enter")
    await stage.until(pilot, "y approve")


async def parameters(stage: Stage, pilot: Pilot[Any]) -> None:
    await pilot.press("f2")
    await stage.until(pilot, "parameters", "temperature")


async def typing(stage: Stage, pilot: Pilot[Any]) -> None:
    await parameters(stage, pilot)
    await pilot.press(*"2.5")
    await stage.until(pilot, "not 2.5")


async def palette(stage: Stage, pilot: Pilot[Any]) -> None:
    await pilot.press("ctrl+p")
    await stage.until(pilot, "Token lens")


SCENES: Final[Mapping[str, Scene]] = {
    "empty": empty,
    "waiting": waiting,
    "streaming": streaming,
    "done": done,
    "stopped": stopped,
    "failed": failed,
    "cut-short": cut_short,
    "token-limit": token_limit,
    "filtered": filtered,
    "help": help_page,
    "commands": palette,
    "parameters": parameters,
    "parameters-typing": typing,
    "profiles": profiles,
    "profiles-listed": listed,
    "profiles-unlisted": unlisted,
    "approval": approval,
}
"""Every state that a run or the screen can be in."""
