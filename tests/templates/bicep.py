"""What is wrong with the Bicep files of an app.

They are parsed. The compiler is not to be had where this runs, and there is much that compiles though Azure refuses it, or takes it for
something else: that is looked for in the text.
"""

import json
import re
from pathlib import Path

from pycep import BicepParser

PARSER = BicepParser()

# What Bicep knows and the parser does not, with what stands for it.
UNKNOWN_TO_PARSER = [
    (r"\{ \*: string \}", "object"),  # the type of objects with any members
    (r"(?m)^  @\w+\(.*\)\n", ""),  # decorators in types
    (r"(?m)^( +for .*:) if \(.*\) \{$", r"\1 {"),  # conditions in loops
    (r"\n +([?:]) ", r" \1 "),  # lines that go on
]

# What has to stand in a file, and why.
NEEDED = {
    "app/function-app.bicep": [
        ("name: 'FC1'", "the plan is not Flex Consumption"),
        ("tier: 'FlexConsumption'", "the plan is not Flex Consumption"),
        ("reserved: true", "the plan is not for Linux"),
        ("name: 'custom'", "the runtime is not that of custom handlers"),
        ("version: '1.0'", "the runtime's version is the text 1.0, and there is no other"),
        ("type: 'blobContainer'", "no other storage is taken for packages"),
        ("type: 'UserAssignedIdentity'", "the package is not read with the identity of the app"),
        ("type: 'UserAssigned'", "the app has no identity"),
        ("@allowed([512, 2048, 4096])", "an instance has no other sizes of memory"),
        ("minTlsVersion: '1.2'", "the site takes no other word for TLS 1.2"),
        ("httpsOnly: true", "keys and tokens would travel in the clear"),
        ("'azd-service-name': serviceName", "azd finds the app by this tag"),
        ("kind: 'functionapp,linux'", "the site is no function app on Linux"),
    ],
    "app/storage.bicep": [
        ("minimumTlsVersion: 'TLS1_2'", "the account takes no other word for TLS 1.2"),
        ("allowSharedKeyAccess: false", "the account would have keys"),
        ("allowBlobPublicAccess: false", "blobs could be made public"),
        ("queueDataContributor:", "the MCP extension needs queues"),
        ("blobDataOwner:", "the host needs blobs"),
    ],
    "app/monitoring.bicep": [("DisableLocalAuth: true", "telemetry would be taken from anybody")],
    "app/built-in-auth.bicep": [
        ("name: 'authsettingsV2'", "this is the resource of the sign-in"),
        ("requireAuthentication: true", "callers would not be signed in"),
        ("unauthenticatedClientAction: 'Return401'", "MCP clients follow no redirect"),
        ("clientSecretSettingName: assertionSettingName", "a secret would be needed"),
        ("requireHttps: true", "tokens would travel in the clear"),
        ("allowedApplications: union([clientId], allowedClientIds)", "any client of the tenant could call"),
    ],
    "main.bicep": [
        ("'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'", "only this name makes the identity vouch for the Entra app"),
        ("dependsOn: [auth]", "the endpoint would be open before the sign-in stands"),
        ("builtIn && server == 'extension' ? anonymousSettings : {}", "the endpoint would be open without sign-in"),
        ("AzureFunctionsJobHost__extensions__mcp__system__webhookAuthorizationLevel: 'Anonymous'", "a token would not be enough"),
        ("AzureWebJobsFeatureFlags: 'EnableMcpCustomHandlerPreview'", "some hosts want this for self-hosted servers"),
        ("/runtime/webhooks/mcp'", "the endpoint of the extension is not printed"),
        ("/.auth/login/aad/callback'", "browsers do not come back to the app"),
    ],
    "app/app-settings.bicep": [
        ("AzureWebJobsStorage__credential: 'managedidentity'", "the host has no key of the account"),
        ("AzureWebJobsStorage__clientId:", "the host does not know which identity to use"),
        ("AzureWebJobsStorage__queueServiceUri:", "the MCP extension needs queues"),
        ("Authorization=AAD", "telemetry is taken from identities only"),
    ],
}

# What may stand nowhere, and why. Comments do not count.
FORBIDDEN = [
    (r"FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_CONTENT", "Flex Consumption refuses the setting"),
    (r"\b(linuxFxVersion|ftpsState|alwaysOn)\b", "Flex Consumption refuses the member"),
    (r"basicPublishingCredentialsPolicies", "Flex Consumption has none"),
    (r"listKeys|listConnectionStrings|AccountKey=", "keys are in nobody's hands"),
    (r"\bbr(/[\w-]+)?:|\bts(/[\w-]+)?:", "a module of a registry, which has to be reached"),
    (r"roleDefinitionId: *'", "a role is named by its resource id, and not by its GUID alone"),
    (r"principalType: '(?!ServicePrincipal')", "identities of apps are service principals"),
]


def problems(infra: Path):
    files = {file.relative_to(infra).as_posix(): file.read_text() for file in sorted(infra.rglob("*.bicep"))}
    for name, text in files.items():
        known = text
        for pattern, stand_in in UNKNOWN_TO_PARSER:
            known = re.sub(pattern, stand_in, known)
        try:
            PARSER.parse(text=known)
        except Exception as error:  # the parser's own, and those of its grammar
            yield name, f"cannot be parsed: {str(error).splitlines()[0]}"
        code = re.sub(r"(?m)(^|\s)//.*$", "", text)
        yield from ((name, why) for pattern, why in FORBIDDEN if re.search(pattern, code))
        yield from ((name, f"`{words}` is missing: {why}") for words, why in NEEDED.get(name, []) if words not in code)
    yield from ((name, "is missing") for name in NEEDED if name not in files)
    if "main.bicep" in files:
        yield from (("main.bicep", problem) for problem in of_main(files, infra))


def of_main(files: dict[str, str], infra: Path):
    """What main.bicep, its modules and its parameters say of each other."""
    main = files["main.bicep"]
    modules = re.findall(r"(?m)^module (\w+) '([^']+)' = .*\{\n((?:  .*\n)*)\}", main)
    if len(modules) != len(re.findall(r"(?m)^module ", main)):
        yield "a module has a form that this check does not know"
    for _, path, body in modules:
        declared = re.findall(r"(?m)^param (\w+) ([^=\n]+?)( = .*)?$", files.get(path, ""))
        given = set(re.findall(r"(?m)^    (\w+):", body))
        if not declared:
            yield f"there is no module {path}"
        missing = {name for name, _, default in declared if not default} - given
        unknown = given - {name for name, _, _ in declared}
        if missing or unknown:
            yield f"{path}: parameters are missing {sorted(missing)} or unknown {sorted(unknown)}"
    for name, output in re.findall(r"\b(\w+)\.outputs\.(\w+)", main):
        path = next((path for module, path, _ in modules if module == name), "")
        if not re.search(rf"(?m)^output {output} ", files.get(path, "")):
            yield f"the module {name} has no output {output}"

    declared = set(re.findall(r"(?m)^param (\w+) ", main))
    parameters = json.loads((infra / "main.parameters.json").read_text())["parameters"]
    if set(parameters) - declared:
        yield f"main.parameters.json has unknown parameters: {sorted(set(parameters) - declared)}"
    # azd writes outputs into its environment, from which the parameters are read.
    read = set(re.findall(r"\$\{(\w+)", json.dumps(parameters)))
    outputs = set(re.findall(r"(?m)^output (\w+) ", main))
    if (outputs & read) - {"AZURE_LOCATION"}:
        yield f"outputs would be taken for choices of the user: {sorted(outputs & read)}"
    if [name for name in outputs if re.search(r"KEY|SECRET|CONNECTION", name)]:
        yield "outputs are kept in the history of deployments, and may have no keys"
    # What the hooks read comes from the user, from azd, from the hooks, or from here.
    known = outputs | read | {"AUTH_CLIENT_IS_OURS"}
    for hook in sorted((infra / "hooks").glob("*.sh")):
        unset = set(re.findall(r"\$\{?((?:AUTH|AZURE|MCP|PRE)[A-Z_]+)", hook.read_text())) - known
        if unset:
            yield f"hooks/{hook.name} reads what nothing sets: {sorted(unset)}"
