#!/bin/sh
# Before provisioning, for sign-in with Entra ID: makes the Entra app that stands for the server, with its scopes and the clients that
# need no consent. Running it again adds what is new in AUTH_SCOPES and PRE_AUTHORIZED_CLIENT_IDS.
# Needs the Azure CLI, signed in, and the right to register applications.
set -eu

[ "${AUTHENTICATION:-{{authentication}}}" = builtIn ] || exit 0
scopes=${AUTH_SCOPES:-{{scopes}}}
clients=${PRE_AUTHORIZED_CLIENT_IDS:-aebc6443-996d-45c2-90f0-388ff96faa56} # VS Code

fail() {
    echo "error: $1" >&2
    exit 1
}

command -v az >/dev/null || fail "the Entra app is made with the Azure CLI, which is not installed: https://aka.ms/azure-cli"
az account show >/dev/null 2>&1 || fail "the Azure CLI is not signed in: run \`az login\`"

if [ -z "${AUTH_CLIENT_ID:-}" ]; then
    AUTH_CLIENT_ID=$(az ad app create --display-name "mcp-$AZURE_ENV_NAME" --sign-in-audience AzureADMyOrg --query appId --output tsv)
    azd env set AUTH_CLIENT_ID "$AUTH_CLIENT_ID"
    azd env set AUTH_CLIENT_IS_OURS true
    echo "Made the Entra app mcp-$AZURE_ENV_NAME, client id $AUTH_CLIENT_ID"
elif [ "${AUTH_CLIENT_IS_OURS:-}" != true ]; then
    echo "AUTH_CLIENT_ID names an Entra app of your own, which is left as it is"
    exit 0
fi
az ad sp show --id "$AUTH_CLIENT_ID" >/dev/null 2>&1 || az ad sp create --id "$AUTH_CLIENT_ID" >/dev/null

new_id() {
    { uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid; } | tr '[:upper:]' '[:lower:]'
}

# The members of two JSON arrays: a scope keeps its id for ever.
permissions='' ids=''
for scope in $(echo "$scopes" | tr ',' ' '); do
    id=$(az ad app show --id "$AUTH_CLIENT_ID" --query "api.oauth2PermissionScopes[?value=='$scope'].id" --output tsv)
    id=${id:-$(new_id)}
    permissions="$permissions${permissions:+, }{
        \"id\": \"$id\", \"value\": \"$scope\", \"type\": \"User\", \"isEnabled\": true,
        \"adminConsentDisplayName\": \"Use the MCP server ($scope)\",
        \"adminConsentDescription\": \"Call the MCP server as the signed-in user\",
        \"userConsentDisplayName\": \"Use the MCP server ($scope)\",
        \"userConsentDescription\": \"Call the MCP server as you\" }"
    ids="$ids${ids:+, }\"$id\""
done
authorized=''
for client in $(echo "$clients" | tr ',' ' '); do
    authorized="$authorized${authorized:+, }{ \"appId\": \"$client\", \"delegatedPermissionIds\": [$ids] }"
done

object=$(az ad app show --id "$AUTH_CLIENT_ID" --query id --output tsv)
patch() {
    az rest --method PATCH --url "https://graph.microsoft.com/v1.0/applications/$object" --body "$1"
}
patch "{ \"identifierUris\": [\"api://$AUTH_CLIENT_ID\"],
    \"api\": { \"requestedAccessTokenVersion\": 2, \"oauth2PermissionScopes\": [$permissions] } }"
# A request of its own: it refers to the scopes.
patch "{ \"api\": { \"preAuthorizedApplications\": [$authorized] } }"
