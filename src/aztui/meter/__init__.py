"""Counts tokens and knows prices, both offline; the only room that knows the packages for it."""
