#!/bin/sh
# After deployment: prints where clients connect to, and how they are let in.
set -eu

if [ -z "${MCP_ENDPOINT:-}" ]; then
    echo "The MCP endpoint: azd env refresh && azd env get-value MCP_ENDPOINT"
    exit 0
fi
key='{{key-query}}' # empty if the tools are for everybody
domain=${MCP_ENDPOINT#https://}
echo
echo "MCP endpoint  $MCP_ENDPOINT"
echo "VS Code       start remote-{{name}} in .vscode/mcp.json; the domain is ${domain%%/*}"
if [ "${AUTHENTICATION:-{{authentication}}}" = builtIn ]; then
    echo "Sign-in       with Entra ID, as soon as a client connects"
elif [ -n "$key" ]; then
    echo "Key           az functionapp keys list --resource-group $AZURE_RESOURCE_GROUP --name $AZURE_FUNCTION_NAME --query $key --output tsv"
fi
