"""The official Python SDK signs in, at a server with test users: `python sign_in.py 1|2 URL user NAME` or `… URL agent NAME SECRET ISSUER`.
Calls the tool `who`, and prints the text of its result, as JSON."""

import asyncio
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from contextlib import asynccontextmanager

from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import OAuthClientMetadata

REDIRECT = "http://127.0.0.1:33418/"


class Storage:
    """Keeps what the SDK wants kept."""

    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client_info):
        self.client = client_info


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: nobody listens where it leads."""

    def redirect_request(self, *_):
        return None


def click(page, name):
    """Clicks the user's button, as a browser does; the query with which it is sent back."""
    opener = urllib.request.build_opener(Stay, urllib.request.ProxyHandler({}))
    text = opener.open(page).read().decode()
    ticket = re.search('name="ticket" value="([^"]*)"', text)[1]
    user = re.search(rf'value="(\d+)">Sign in as {name}<', text)[1]
    address = urllib.parse.urlsplit(page)
    form = urllib.parse.urlencode({"ticket": ticket, "user": user}).encode()
    origin = {"Origin": f"{address.scheme}://{address.netloc}"}
    try:
        opener.open(urllib.request.Request(page.split("?")[0], form, origin))
    except urllib.error.HTTPError as answer:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).query))


def user(generation, url, name):
    page = None

    async def redirect(address):
        nonlocal page
        page = address

    async def callback():
        query = click(page, name)
        if generation == "1":
            return query["code"], query["state"]
        from mcp.client.auth import AuthorizationCodeResult

        return AuthorizationCodeResult(code=query["code"], state=query["state"], iss=query["iss"])

    metadata = OAuthClientMetadata(client_name="Python", redirect_uris=[REDIRECT], token_endpoint_auth_method="none")
    return OAuthClientProvider(url, metadata, Storage(), redirect, callback)


@asynccontextmanager
async def connect(generation, url, http_client):
    transport = streamable_http_client(url, http_client=http_client)
    if generation == "1":
        from mcp import ClientSession

        async with transport as (read, write, *_), ClientSession(read, write) as session:
            await session.initialize()
            yield session
    else:
        from mcp import Client

        async with Client(transport) as client:
            yield client


async def main(generation, url, kind, name, secret=None, issuer=None):
    provider = user(generation, url, name) if kind == "user" else agent(url, name, secret, issuer)
    async with create_mcp_http_client(auth=provider) as http_client, connect(generation, url, http_client) as client:
        result = await client.call_tool("who", {})
        print(json.dumps(result.content[0].text))


def agent(url, name, secret, issuer):
    return ClientCredentialsOAuthProvider(url, Storage(), name, secret, issuer=issuer)


asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 30))
