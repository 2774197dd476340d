"""A local server that speaks Azure OpenAI's wire format.

It stands alone: the standard library and `aztui.core.request`, nothing else of aztui.
"""
