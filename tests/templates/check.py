"""Checks the files of apps that `cargo mcp-trigger new` has made: `check.py FOLDER…`."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import bicep
import schemas
from ruamel.yaml import YAML


def problems(app: Path) -> list[str]:
    """All that is wrong with an app, each with the file."""
    # The other checks read files that have to be readable.
    if found := [f"{file}: {problem}" for file, problem in json_files(app)]:
        return found
    for check in [mcp_json, tasks, azure_yaml, workflows, shell, powershell]:
        found += [f"{file}: {problem}" for file, problem in check(app)]
    found += [f"infra/{file}: {problem}" for file, problem in bicep.problems(app / "infra")]
    return found


def load(app: Path, name: str):
    return json.loads((app / name).read_text())


def json_files(app: Path):
    files = sorted(path.relative_to(app).as_posix() for path in app.rglob("*.json") if ".git/" not in path.as_posix())
    for name in files:
        try:
            contents = load(app, name)
        except ValueError as error:
            yield name, error
            continue
        yield from ((name, problem) for problem in schemas.problems(name, contents))


def mcp_json(app: Path):
    """What is asked for is used, and the other way round; the addresses are those of the form."""
    name = ".vscode/mcp.json"
    text = (app / name).read_text()
    contents = json.loads(text)
    used = set(re.findall(r"\$\{input:([^}]+)\}", text))
    asked = {entry["id"] for entry in contents["inputs"]}
    if used != asked:
        yield name, f"asks for {sorted(asked)} and uses {sorted(used)}"
    path = "/mcp" if "configurationProfile" in load(app, "host.json") else "/runtime/webhooks/mcp"
    for server, entry in contents["servers"].items():
        if entry["type"] != "http" or re.sub(r"^https?://[^/]+", "", entry["url"]) != path:
            yield name, f"{server} is not at {path}"
    if [entry["id"] for entry in contents["inputs"] if "key" in entry["id"] and not entry.get("password")]:
        yield name, "a key would be shown while it is typed"


def tasks(app: Path):
    """Tasks that other files name are there."""
    labels = {task["label"] for task in load(app, ".vscode/tasks.json")["tasks"]}
    named = {"settings.json": [load(app, ".vscode/settings.json")["azureFunctions.preDeployTask"]]}
    configurations = load(app, ".vscode/launch.json")["configurations"]
    named["launch.json"] = [entry[key] for entry in configurations for key in ["preLaunchTask", "postDebugTask"] if key in entry]
    for file, tasks in named.items():
        yield from ((f".vscode/{file}", f"there is no task `{task}`") for task in tasks if task not in labels)


def azure_yaml(app: Path):
    name = "azure.yaml"
    contents = YAML(typ="safe").load(app / name)
    if wrong := schemas.problems(name, contents):
        yield from ((name, problem) for problem in wrong)
        return
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])", contents["name"]):
        yield name, "azd does not take the name"
    (service, entry), = contents["services"].items()
    declared = re.search(r"param serviceName string = '(\w+)'", (app / "infra/main.bicep").read_text())
    if service != declared[1]:
        yield name, f"the service is `{service}`, and in infra/main.bicep `{declared[1]}`"
    if (entry["host"], entry["language"]) != ("function", "custom"):
        yield name, "the service is not a function app that azd does not build"
    # azd takes a path that ends so for a package, and anything else for a folder to be packed without Unix modes.
    if not entry["dist"].endswith(".zip"):
        yield name, "dist is no zip"
    for system in ["posix", "windows"]:
        if entry["hooks"]["predeploy"][system]["run"] != f"cargo mcp-trigger package --output {entry['dist']}":
            yield name, f"predeploy on {system} does not make {entry['dist']}"
        for hook, systems in contents["hooks"].items():
            if not (app / systems[system]["run"]).is_file():
                yield name, f"{hook} on {system} runs a script that is not there"
    read = re.findall(r"\$\{(\w+)", (app / "infra/main.parameters.json").read_text())
    unknown = [variable for variable in contents["pipeline"]["variables"] if variable not in read]
    if unknown:
        yield name, f"infra/main.parameters.json does not read {unknown}"


def workflows(app: Path):
    files = sorted((app / ".github/workflows").iterdir())
    for command in [["actionlint", "-no-color", "-shellcheck=", "-pyflakes="], ["zizmor", "--offline", "--quiet", "--no-progress"]]:
        yield from linted(app, command, files)


def shell(app: Path):
    yield from linted(app, ["shellcheck", "--severity=style"], sorted((app / "infra/hooks").glob("*.sh")))


def linted(app: Path, command: list[str], files: list[Path]):
    names = [file.relative_to(app).as_posix() for file in files]
    run = subprocess.run([shutil.which(command[0]), *command[1:], *names], cwd=app, capture_output=True, text=True)
    if run.returncode or not files:
        yield names[0] if names else str(app), f"{command[0]}: {run.stdout}{run.stderr}"


def powershell(app: Path):
    """The scripts are pairs; those for PowerShell read the same variables, and can be parsed."""
    for script in sorted((app / "infra/hooks").glob("*.sh")):
        twin = script.with_suffix(".ps1")
        name = twin.relative_to(app).as_posix()
        if not twin.is_file():
            yield name, "is missing"
            continue
        text = twin.read_text()
        known = r"\b(?:AUTH|AZURE|MCP|PRE)[A-Z_]*[A-Z]\b"
        differing = set(re.findall(known, script.read_text())) ^ set(re.findall(known, text))
        if differing:
            yield name, f"only one of the two systems has {sorted(differing)}"
        yield from ((name, problem) for problem in schemas.powershell_problems(text))


if __name__ == "__main__":
    apps = [Path(folder) for folder in sys.argv[1:]]
    found = [f"{app.name}: {problem}" for app in apps for problem in problems(app)]
    print("\n".join(found) or f"{len(apps)} apps: nothing is wrong with their files")
    sys.exit(1 if found or not apps else 0)
