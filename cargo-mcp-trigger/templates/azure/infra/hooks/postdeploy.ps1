# After deployment: prints where clients connect to, and how they are let in.
$ErrorActionPreference = 'Stop'

if (-not $env:MCP_ENDPOINT) {
    Write-Output 'The MCP endpoint: azd env refresh; azd env get-value MCP_ENDPOINT'
    exit 0
}
$authentication = if ($env:AUTHENTICATION) { $env:AUTHENTICATION } else { '{{authentication}}' }
$key = '{{key-query}}' # empty if the tools are for everybody
Write-Output ''
Write-Output "MCP endpoint  $env:MCP_ENDPOINT"
Write-Output "VS Code       start remote-{{name}} in .vscode/mcp.json; the domain is $(([uri]$env:MCP_ENDPOINT).Host)"
if ($authentication -eq 'builtIn') {
    Write-Output 'Sign-in       with Entra ID, as soon as a client connects'
} elseif ($key) {
    Write-Output "Key           az functionapp keys list --resource-group $env:AZURE_RESOURCE_GROUP --name $env:AZURE_FUNCTION_NAME --query $key --output tsv"
}
