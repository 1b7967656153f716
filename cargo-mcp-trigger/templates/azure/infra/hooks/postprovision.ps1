# After provisioning, for sign-in with Entra ID: tells the Entra app where browsers come back to, and lets the identity of the function
# app vouch for it, in place of a secret.
$ErrorActionPreference = 'Stop'

$authentication = if ($env:AUTHENTICATION) { $env:AUTHENTICATION } else { '{{authentication}}' }
if ($authentication -ne 'builtIn') { exit 0 }

# Errors of programs are no exceptions in all versions of PowerShell.
function Invoke-Az {
    $output = az @args
    if ($LASTEXITCODE -ne 0) { throw "az $($args[0..2] -join ' ') failed" }
    $output
}

$issuer = "https://login.microsoftonline.com/$env:AZURE_TENANT_ID/v2.0"
if ($env:AUTH_CLIENT_IS_OURS -ne 'true') {
    Write-Output "The Entra app $env:AUTH_CLIENT_ID is your own. It needs the redirect address $env:AUTH_REDIRECT_URI (web), ID tokens, and a"
    Write-Output "federated credential: issuer $issuer, subject $env:AUTH_IDENTITY_PRINCIPAL_ID, audience api://AzureADTokenExchange"
    exit 0
}

Invoke-Az ad app update --id $env:AUTH_CLIENT_ID --web-redirect-uris $env:AUTH_REDIRECT_URI --enable-id-token-issuance true

$known = Invoke-Az ad app federated-credential list --id $env:AUTH_CLIENT_ID --query "[?name=='function-app'].subject" --output tsv
if ($known -eq $env:AUTH_IDENTITY_PRINCIPAL_ID) { exit 0 }

# A file: Windows takes the quotes out of arguments.
$file = New-TemporaryFile
try {
    @{
        name      = 'function-app'
        issuer    = $issuer
        subject   = $env:AUTH_IDENTITY_PRINCIPAL_ID
        audiences = @('api://AzureADTokenExchange')
    } | ConvertTo-Json | Set-Content -Path $file -Encoding ascii
    if ($known) {
        Invoke-Az ad app federated-credential update --id $env:AUTH_CLIENT_ID --federated-credential-id function-app --parameters "@$file"
    } else {
        Invoke-Az ad app federated-credential create --id $env:AUTH_CLIENT_ID --parameters "@$file" | Out-Null
    }
} finally {
    Remove-Item $file
}
