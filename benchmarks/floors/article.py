"""The least a program can do: the openai SDK's typed stream, and print.

It asks for a prompt on each line, streams the legacy completion of it, and leaves at the end of
its input. The settings are those that aztui reads too.
"""

from __future__ import annotations

import os
import sys

from openai import AzureOpenAI


def main() -> None:
    """Answer prompts until there are none."""
    client = AzureOpenAI(
        azure_endpoint=os.environ["AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT"],
        api_key=os.environ["AZURE_OPENAI_API_KEY_FOR_INSTRUCT"],
        api_version="2024-02-01",
    )
    deployment = os.environ["AZURE_OPENAI_DEPLOYMENT_NAME_FOR_INSTRUCT"]
    while True:
        try:
            prompt = input("prompt> ")
        except EOFError:
            return
        stream = client.completions.create(
            model=deployment, prompt=prompt, max_tokens=1000, stream=True
        )
        for chunk in stream:
            for choice in chunk.choices:
                sys.stdout.write(choice.text)
                sys.stdout.flush()
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
