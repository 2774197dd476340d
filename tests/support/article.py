"""The article's script: what many people run first against Azure OpenAI.

Its settings come from the environment or the nearest `.env`; the prompt is its only argument.
Its loop stops at `stop`, so what comes with or after that is lost: that is the article's way,
and what other programs are compared with.
"""

from __future__ import annotations

import os
import sys

from dotenv import find_dotenv, load_dotenv
from openai import AzureOpenAI


def main() -> None:
    """Stream one completion to standard output."""
    load_dotenv(find_dotenv(usecwd=True))
    client = AzureOpenAI(
        api_key=os.environ["AZURE_OPENAI_API_KEY_FOR_INSTRUCT"],
        api_version="2024-02-01",
        azure_endpoint=os.environ["AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT"],
    )
    chunks = client.completions.create(
        model=os.environ["AZURE_OPENAI_DEPLOYMENT_NAME_FOR_INSTRUCT"],
        prompt=sys.argv[1],
        max_tokens=1000,
        stream=True,
    )
    for chunk in chunks:
        for choice in chunk.choices[:1]:
            if choice.finish_reason == "stop":
                return
            print(choice.text, end="", flush=True)  # noqa: T201 - printing is its job


if __name__ == "__main__":
    main()
