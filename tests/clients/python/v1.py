"""The first generation, which speaks the revisions before 2026-07-28."""

from contextlib import asynccontextmanager

from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitResult


@asynccontextmanager
async def connect(url, era, answer):
    """A client that has introduced itself, and lets `answer` answer what the server asks the user."""
    assert era == "legacy", f"this generation knows no other era than legacy: {era}"

    async def elicit(context, request):
        return ElicitResult(**answer(request))

    is_program = isinstance(url, StdioServerParameters)
    async with stdio_client(url) if is_program else streamable_http_client(url) as (read, write, *_):
        async with ClientSession(read, write, elicitation_callback=elicit) as session:
            server = await session.initialize()
            yield session, server.protocolVersion
