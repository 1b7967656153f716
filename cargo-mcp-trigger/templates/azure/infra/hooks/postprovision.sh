#!/bin/sh
# After provisioning, for sign-in with Entra ID: tells the Entra app where browsers come back to, and lets the identity of the function
# app vouch for it, in place of a secret.
set -eu

[ "${AUTHENTICATION:-{{authentication}}}" = builtIn ] || exit 0

issuer=https://login.microsoftonline.com/$AZURE_TENANT_ID/v2.0
if [ "${AUTH_CLIENT_IS_OURS:-}" != true ]; then
    echo "The Entra app $AUTH_CLIENT_ID is your own. It needs the redirect address $AUTH_REDIRECT_URI (web), ID tokens, and a federated"
    echo "credential: issuer $issuer, subject $AUTH_IDENTITY_PRINCIPAL_ID, audience api://AzureADTokenExchange"
    exit 0
fi

az ad app update --id "$AUTH_CLIENT_ID" --web-redirect-uris "$AUTH_REDIRECT_URI" --enable-id-token-issuance true

credential="{
    \"name\": \"function-app\",
    \"issuer\": \"$issuer\",
    \"subject\": \"$AUTH_IDENTITY_PRINCIPAL_ID\",
    \"audiences\": [\"api://AzureADTokenExchange\"] }"
known=$(az ad app federated-credential list --id "$AUTH_CLIENT_ID" --query "[?name=='function-app'].subject" --output tsv)
if [ -z "$known" ]; then
    az ad app federated-credential create --id "$AUTH_CLIENT_ID" --parameters "$credential" >/dev/null
elif [ "$known" != "$AUTH_IDENTITY_PRINCIPAL_ID" ]; then
    az ad app federated-credential update --id "$AUTH_CLIENT_ID" --federated-credential-id function-app --parameters "$credential"
fi
