# Before provisioning, for sign-in with Entra ID: makes the Entra app that stands for the server, with its scopes and the clients that
# need no consent. Running it again adds what is new in AUTH_SCOPES and PRE_AUTHORIZED_CLIENT_IDS.
# Needs the Azure CLI, signed in, and the right to register applications.
$ErrorActionPreference = 'Stop'

function Get-Setting($value, $default) {
    if ($value) { $value } else { $default }
}
if ((Get-Setting $env:AUTHENTICATION '{{authentication}}') -ne 'builtIn') { exit 0 }
$scopes = (Get-Setting $env:AUTH_SCOPES '{{scopes}}') -split ',' | ForEach-Object { $_.Trim() } | Where-Object { $_ }
$clients = Get-Setting $env:PRE_AUTHORIZED_CLIENT_IDS 'aebc6443-996d-45c2-90f0-388ff96faa56' # VS Code
$clients = $clients -split ',' | ForEach-Object { $_.Trim() } | Where-Object { $_ }

# Errors of programs are no exceptions in all versions of PowerShell.
function Invoke-Az {
    $output = az @args
    if ($LASTEXITCODE -ne 0) { throw "az $($args[0..2] -join ' ') failed" }
    $output
}

if (-not (Get-Command az -ErrorAction SilentlyContinue)) {
    throw 'the Entra app is made with the Azure CLI, which is not installed: https://aka.ms/azure-cli'
}
az account show --output none
if ($LASTEXITCODE -ne 0) { throw 'the Azure CLI is not signed in: run `az login`' }

$clientId = $env:AUTH_CLIENT_ID
if (-not $clientId) {
    $clientId = Invoke-Az ad app create --display-name "mcp-$env:AZURE_ENV_NAME" --sign-in-audience AzureADMyOrg --query appId --output tsv
    azd env set AUTH_CLIENT_ID $clientId
    azd env set AUTH_CLIENT_IS_OURS true
    Write-Output "Made the Entra app mcp-$env:AZURE_ENV_NAME, client id $clientId"
} elseif ($env:AUTH_CLIENT_IS_OURS -ne 'true') {
    Write-Output 'AUTH_CLIENT_ID names an Entra app of your own, which is left as it is'
    exit 0
}
$principal = Invoke-Az ad sp list --filter "appId eq '$clientId'" --query '[].id' --output tsv
if (-not $principal) { Invoke-Az ad sp create --id $clientId | Out-Null }

# A scope keeps its id for ever.
$permissions = @(foreach ($scope in $scopes) {
    $id = Invoke-Az ad app show --id $clientId --query "api.oauth2PermissionScopes[?value=='$scope'].id" --output tsv
    @{
        id                      = Get-Setting $id "$(New-Guid)"
        value                   = $scope
        type                    = 'User'
        isEnabled               = $true
        adminConsentDisplayName = "Use the MCP server ($scope)"
        adminConsentDescription = 'Call the MCP server as the signed-in user'
        userConsentDisplayName  = "Use the MCP server ($scope)"
        userConsentDescription  = 'Call the MCP server as you'
    }
})
$authorized = @(foreach ($client in $clients) {
    @{ appId = $client; delegatedPermissionIds = @($permissions | ForEach-Object { $_.id }) }
})

$object = Invoke-Az ad app show --id $clientId --query id --output tsv
function Update-App($change) {
    # A file: Windows takes the quotes out of arguments.
    $file = New-TemporaryFile
    try {
        $change | ConvertTo-Json -Depth 5 | Set-Content -Path $file -Encoding ascii
        Invoke-Az rest --method PATCH --url "https://graph.microsoft.com/v1.0/applications/$object" --body "@$file"
    } finally {
        Remove-Item $file
    }
}
Update-App @{
    identifierUris = @("api://$clientId")
    api            = @{ requestedAccessTokenVersion = 2; oauth2PermissionScopes = $permissions }
}
# A request of its own: it refers to the scopes.
Update-App @{ api = @{ preAuthorizedApplications = $authorized } }
