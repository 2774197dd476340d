from __future__ import annotations

import os

from hypothesis import settings

pytest_plugins = ["tests.support.local"]

# Chance finds new cases on developers' machines; what lands does not depend on it.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")
