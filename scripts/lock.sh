#!/bin/sh
# Writes the hashed pins in requirements/ anew. Names, versions and hashes only: no registry's
# address, so that any mirror serves. Needs uv.
set -eu
cd "$(dirname "$0")/.."
pin() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate pyproject.toml "$@"
}
pin --group setup --output-file requirements/run.txt
pin --group dev --extra entra --constraint requirements/run.txt --output-file requirements/dev.txt
pin --group setup --extra local --constraint requirements/run.txt --output-file requirements/local.txt
