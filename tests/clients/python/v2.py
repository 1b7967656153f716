"""The second generation, which speaks all revisions."""

from contextlib import asynccontextmanager

from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import ElicitResult


@asynccontextmanager
async def connect(url, era, answer):
    """A client that has introduced itself, and lets `answer` answer what the server asks the user."""

    async def elicit(context, request):
        return ElicitResult(**answer(request))

    server = stdio_client(url) if isinstance(url, StdioServerParameters) else url
    async with Client(server, mode=era, elicitation_callback=elicit) as client:
        yield client, client.protocol_version
