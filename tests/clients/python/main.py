"""The official Python SDK against samples/conformance: `python main.py 1|2 URL legacy|auto PART...`, with the generation of the SDK,
the address or `stdio:["program", "argument"]`, whether to ask for the newest revision, and what to do. Prints what it got, as JSON; ends with 1 if it failed."""

import asyncio
import base64
import importlib
import json
import os
import sys


class Transcripts:
    """What each part gets."""

    def __init__(self, client, asked):
        self.client = client
        self.asked = asked

    async def tools(self):
        tools = wire(await self.client.list_tools())["tools"]
        failed = await self.call("test_error_handling")
        return {
            "names": [tool["name"] for tool in tools],
            "text": text(await self.call("test_simple_text")),
            "mixed": [block["type"] for block in (await self.call("test_multiple_content_types"))["content"]],
            "error": [failed["isError"], text(failed)],
            "unknown": await code(self.call("no_such_tool")),
        }

    async def resources(self):
        resources = wire(await self.client.list_resources())["resources"]
        templates = wire(await self.client.list_resource_templates())["resourceTemplates"]
        binary = await self.read("test://static-binary")
        return {
            "uris": [resource["uri"] for resource in resources],
            "templates": [template["uriTemplate"] for template in templates],
            "text": (await self.read("test://static-text"))["text"],
            "type": binary["mimeType"],
            "bytes": len(base64.b64decode(binary["blob"])),
            "data": json.loads((await self.read("test://template/123/data"))["text"]),
        }

    async def prompts(self):
        prompts = wire(await self.client.list_prompts())["prompts"]
        arguments = {"arg1": "one", "arg2": "two"}
        return {
            "names": [prompt["name"] for prompt in prompts],
            "simple": (await self.get("test_simple_prompt"))[0]["content"]["text"],
            "arguments": (await self.get("test_prompt_with_arguments", arguments))[0]["content"]["text"],
            "image": [message["content"]["type"] for message in await self.get("test_prompt_with_image")],
        }

    async def progress(self):
        steps = []

        async def step(progress, total, message):
            steps.append([int(progress), int(total)])

        result = await self.client.call_tool("test_tool_with_progress", {}, progress_callback=step)
        return {"steps": steps, "text": text(wire(result))}

    async def elicitation(self):
        result = await self.call("test_elicitation", {"message": "Who are you?"})
        return {"asked": self.asked, "text": text(result)}

    async def call(self, name, arguments=None):
        return wire(await self.client.call_tool(name, arguments))

    async def read(self, uri):
        return wire(await self.client.read_resource(uri))["contents"][0]

    async def get(self, name, arguments=None):
        return wire(await self.client.get_prompt(name, arguments))["messages"]


def wire(result):
    """A result as it was sent."""
    return result.model_dump(by_alias=True, mode="json", exclude_none=True)


def text(result):
    return result["content"][0]["text"]


async def code(request):
    """The code of the error that a request ends with."""
    try:
        return await request
    except Exception as error:
        return error.error.code


async def main(generation, url, era, *parts):
    asked = []

    def answer(request):
        asked.append(request.message)
        return {"action": "accept", "content": {"username": "ann", "email": "ann@example.com"}}

    sdk = importlib.import_module(f"v{generation}")
    program = json.loads(url.removeprefix("stdio:")) if url.startswith("stdio:") else None
    if program:
        server = sdk.StdioServerParameters(command=program[0], args=program[1:], env=dict(os.environ))
    async with sdk.connect(server if program else url, era, answer) as (client, revision):
        transcripts = Transcripts(client, asked)
        transcript = {"revision": revision}
        for part in parts:
            transcript[part] = await getattr(transcripts, part)()
    print(json.dumps(transcript))


# A server that does not answer is a failure too, and soon.
asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), timeout=30))
