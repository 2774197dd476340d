"""What counts tokens and knows prices, put together from the settings."""

from __future__ import annotations

import os

from aztui.cli.opening import places_of_user
from aztui.config.errors import SettingsError
from aztui.core.cost import OwnPrices
from aztui.core.ports import Meter


def meter() -> Meter:
    """Return a meter that knows the user's own prices; it loads nothing else yet."""
    from aztui.meter.meter import OfflineMeter  # noqa: PLC0415 - no start waits for it

    return OfflineMeter(_own_prices())


def _own_prices() -> OwnPrices:
    """What `config.toml` says; it was sound when the program began, so nobody is told here."""
    from aztui.config import configfile  # noqa: PLC0415 - as above

    try:
        places = places_of_user()
        file = configfile.read(places.config_file, os.environ) if places else None
    except SettingsError:
        return OwnPrices()
    return OwnPrices() if file is None else file.prices
