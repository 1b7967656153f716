"""Breaks the files of an app one by one, and looks whether check.py finds it: `broken.py FOLDER`."""

import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import check

# The file, what is replaced in it and by what (all of the file if it is None), and words of the problem.
CASES = [
    ("host.json", '"version": "2.0"', '"version": 2', "host.json"),
    ("host.json", '"version"', "version", "host.json"),
    ("local.settings.json", '"IsEncrypted": false', '"IsEncrypted": "no"', "local.settings.json"),
    (".devcontainer/devcontainer.json", '"forwardPorts": [7071]', '"forwardPorts": "7071"', "devcontainer.json"),
    ("infra/bicepconfig.json", '"level": "error"', '"level": "loud"', "bicepconfig.json"),
    (".vscode/mcp.json", "${input:functionapp-domain}", "${input:domain}", "asks for"),
    (".vscode/mcp.json", "/runtime/webhooks/mcp", "/mcp", "is not at"),
    (".vscode/launch.json", '"preLaunchTask": "start"', '"preLaunchTask": "begin"', "no task `begin`"),
    (".vscode/settings.json", '"package"', '"pack"', "no task `pack`"),
    ("azure.yaml", "host: function", "host: containerapp", "azure.yaml"),
    ("azure.yaml", "project: .", "projekt: .", "azure.yaml"),
    ("azure.yaml", "language: custom", "language: python", "does not build"),
    ("azure.yaml", "  mcp: #", "  api: #", "the service is `api`"),
    ("azure.yaml", "name: app-built-in", "name: App_built_in", "the name"),
    ("azure.yaml", "dist: dist/app.zip", "dist: dist/app", "dist is no zip"),
    ("azure.yaml", "dist: dist/app.zip", "dist: app.zip", "does not make app.zip"),
    ("azure.yaml", "predeploy:", "prepackage:", "azure.yaml"),
    ("azure.yaml", "infra/hooks/postdeploy.ps1", "infra/postdeploy.ps1", "not there"),
    ("azure.yaml", "- AUTH_CLIENT_ID", "- AUTH_CLIENT", "does not read"),
    (".github/workflows/azure-dev.yml", "needs: test", "needs: tests", "actionlint"),
    (".github/workflows/azure-dev.yml", "runs-on: ubuntu-24.04", "runs-on: ubuntu-24", "actionlint"),
    (".github/workflows/azure-dev.yml", "        with:\n          persist-credentials: false\n", "", "zizmor"),
    (".github/workflows/azure-dev.yml", "@c495e71ba59e44bfaaac10a32c8ee90d191ca4a3", "@v2", "zizmor"),
    (".github/workflows/azure-dev.yml", '"$AZURE_CLIENT_ID"', '"${{ github.head_ref }}"', "azure-dev.yml"),
    ("infra/hooks/preprovision.sh", '"$AUTH_CLIENT_ID" --query id', "$AUTH_CLIENT_ID --query id", "shellcheck"),
    ("infra/hooks/postdeploy.sh", "fi\n", "", "shellcheck"),
    ("infra/hooks/postdeploy.sh", "$AZURE_FUNCTION_NAME", "$AZURE_FUNCTION", "postdeploy"),
    ("infra/hooks/postdeploy.ps1", "} elseif ($key) {", "} elseif $key {", "postdeploy.ps1"),
    ("infra/hooks/preprovision.ps1", "$env:AUTH_SCOPES", "$env:AUTH_SCOPE", "preprovision.ps1"),
    ("infra/hooks/postprovision.ps1", None, None, "is missing"),
    ("infra/main.bicep", "param location string", "param location = string", "cannot be parsed"),
    ("infra/main.bicep", "  dependsOn: [auth]\n", "", "before the sign-in"),
    ("infra/main.bicep", "builtIn && server == 'extension'", "server == 'extension'", "without sign-in"),
    ("infra/main.bicep", "module identity 'app/identity.bicep'", "module identity 'app/id.bicep'", "no module app/id.bicep"),
    ("infra/main.bicep", "    tenantId: tenant().tenantId\n", "", "missing ['tenantId']"),
    ("infra/main.bicep", "identity.outputs.clientId", "identity.outputs.client", "no output client"),
    ("infra/main.bicep", "output AUTH_SCOPE string", "output AUTH_SCOPES string", "choices of the user"),
    ("infra/main.bicep", "output MCP_ENDPOINT string", "output MCP_KEY string", "may have no keys"),
    ("infra/main.bicep", "param authScopes", "param scopes", "unknown parameters"),
    ("infra/main.bicep", "'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'", "'AUTH_SECRET'", "vouch"),
    ("infra/app/function-app.bicep", "name: 'custom'", "name: 'go'", "not that of custom handlers"),
    ("infra/app/function-app.bicep", "version: '1.0'", "version: '1'", "no other"),
    ("infra/app/function-app.bicep", "name: 'FC1'", "name: 'Y1'", "Flex Consumption"),
    ("infra/app/function-app.bicep", "type: 'blobContainer'", "type: 'blob'", "packages"),
    ("infra/app/function-app.bicep", "type: 'UserAssignedIdentity'", "type: 'UserAssigned'", "not read with"),
    ("infra/app/function-app.bicep", "[512, 2048, 4096]", "[512, 1024, 4096]", "sizes of memory"),
    ("infra/app/function-app.bicep", "minTlsVersion: '1.2'", "minTlsVersion: 'TLS1_2'", "TLS 1.2"),
    ("infra/app/function-app.bicep", "httpsOnly: true", "httpsOnly: true\n    ftpsState: 'Disabled'", "refuses the member"),
    ("infra/app/storage.bicep", "'TLS1_2'", "'1.2'", "TLS 1.2"),
    ("infra/app/storage.bicep", "queueDataContributor", "fileDataContributor", "needs queues"),
    ("infra/app/storage.bicep", "principalType: 'ServicePrincipal'", "principalType: 'User'", "service principals"),
    ("infra/app/monitoring.bicep", "roleDefinitionId: monitoring", "roleDefinitionId: '3913510d' // monitoring", "GUID alone"),
    ("infra/app/built-in-auth.bicep", "'Return401'", "'RedirectToLoginPage'", "no redirect"),
    ("infra/app/app-settings.bicep", "var platformSettings = {", "var platformSettings = {\n  FUNCTIONS_WORKER_RUNTIME: 'custom'", "refuses the setting"),
]


def main(app: Path) -> int:
    if sound := check.problems(app):
        print(f"{app.name} is broken before anything is: {sound}")
        return 1
    with ThreadPoolExecutor() as threads:
        found = threads.map(lambda case: is_found(app, *case), CASES)
    missed = [case for case, is_found in zip(CASES, found) if not is_found]
    for file, old, new, words in missed:
        print(f"not found: {file} with {new!r} in place of {old!r} ({words})")
    print(f"{len(CASES) - len(missed)} of {len(CASES)} broken files were found")
    return 1 if missed else 0


def is_found(app: Path, file: str, old: str | None, new: str | None, words: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, app.name)
        shutil.copytree(app, copy, ignore=shutil.ignore_patterns(".git"))
        path = copy / file
        if old is None:
            path.unlink()
        else:
            text = path.read_text()
            if old not in text:
                print(f"{file} has no {old!r}")
                return False
            path.write_text(text.replace(old, new))
        found = check.problems(copy)
        return any(words in problem for problem in found)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
