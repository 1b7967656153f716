// An MCP server on Azure Functions (Flex Consumption, custom handler), for `azd up`.
targetScope = 'subscription'

import { alwaysReadyInstances } from 'app/function-app.bicep'

@description('Name of the azd environment; the resource group is named after it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region; one that has Flex Consumption (az functionapp list-flexconsumption-locations).')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('Name of the service in azure.yaml.')
param serviceName string = 'mcp'

@description('extension: functions with MCP triggers, served by the Functions extension. selfHosted: the executable speaks MCP itself.')
@allowed(['extension', 'selfHosted'])
param server string = 'extension'

@description('keys: the Functions keys, as far as the app asks for them. builtIn: sign-in with Entra ID in front of the app.')
@allowed(['keys', 'builtIn'])
param authentication string = 'keys'

@description('Client id of the Entra app of the server; needed with builtIn. The hook preprovision makes the app and sets it.')
param authClientId string = ''

@description('Application ID URI of the Entra app; api://<client id> if empty.')
param authApplicationIdUri string = ''

@description('Scopes of the Entra app that clients ask for, comma-separated.')
param authScopes string = 'user_impersonation'

@description('Client ids that may call the server, comma-separated. VS Code unless told otherwise.')
param authAllowedClientIds string = 'aebc6443-996d-45c2-90f0-388ff96faa56'

@description('Object id of the developer, who then may read and write the app\'s storage; empty for nobody.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'

@description('The app never runs on more instances than this.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Memory of an instance. 512 is plenty for a native executable.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('Instances that are kept running and paid for.')
param alwaysReady alwaysReadyInstances[] = []

@description('Settings of your own.')
param appSettings { *: string } = {}

var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))
var functionAppName = 'func-${token}'

var builtIn = authentication == 'builtIn'
var clientId = builtIn && empty(authClientId)
  ? fail('authentication is "builtIn" but authClientId is empty: run infra/hooks/preprovision (azd does), or azd env set AUTH_CLIENT_ID <client id of an Entra app of your own>')
  : authClientId
var applicationIdUri = empty(authApplicationIdUri) ? 'api://${clientId}' : authApplicationIdUri
var scopes = map(filter(split(authScopes, ','), scope => !empty(trim(scope))), scope => '${applicationIdUri}/${trim(scope)}')
var allowedClientIds = map(filter(split(authAllowedClientIds, ','), id => !empty(trim(id))), id => trim(id))

// This very name tells the platform to prove itself by the identity; a name of our own would be
// taken for a client secret.
var assertionSettingName = 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'

var builtInSettings = {
  '${assertionSettingName}': identity.outputs.clientId
  // Published word for word as scopes_supported. It names the Entra app, not the host name.
  WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES: join(scopes, ',')
  WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId
}
// host.json in other words: set here, one package serves with keys and with sign-in.
var anonymousSettings = {
  AzureFunctionsJobHost__extensions__mcp__system__webhookAuthorizationLevel: 'Anonymous'
}
var selfHostedSettings = {
  AzureWebJobsFeatureFlags: 'EnableMcpCustomHandlerPreview'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    deploymentContainerName: 'app-package'
    appPrincipalId: identity.outputs.principalId
    developerPrincipalId: principalId
    developerPrincipalType: principalType
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    applicationInsightsName: 'appi-${token}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
    developerPrincipalId: principalId
    developerPrincipalType: principalType
  }
}

// Takes names from the modules above, so it waits for the roles given there.
module app 'app/function-app.bicep' = {
  scope: group
  params: {
    name: functionAppName
    planName: 'plan-${token}'
    location: location
    tags: tags
    serviceName: serviceName
    identityName: identity.outputs.name
    storageAccountName: storage.outputs.name
    deploymentContainerName: storage.outputs.deploymentContainerName
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    alwaysReady: alwaysReady
  }
}

module auth 'app/built-in-auth.bicep' = if (builtIn) {
  scope: group
  params: {
    functionAppName: app.outputs.name
    tenantId: tenant().tenantId
    clientId: clientId
    applicationIdUri: applicationIdUri
    allowedClientIds: allowedClientIds
    assertionSettingName: assertionSettingName
  }
}

module settings 'app/app-settings.bicep' = {
  scope: group
  params: {
    functionAppName: app.outputs.name
    identityName: identity.outputs.name
    storageAccountName: storage.outputs.name
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    appSettings: union(
      server == 'selfHosted' ? selfHostedSettings : {},
      builtIn ? builtInSettings : {},
      builtIn && server == 'extension' ? anonymousSettings : {},
      appSettings
    )
  }
  // Never open the endpoint before the sign-in stands.
  dependsOn: [auth]
}

var host = 'https://${app.outputs.hostName}'
var extensionEndpoint = '${host}/runtime/webhooks/mcp'
var selfHostedEndpoint = '${host}/mcp'

// azd writes these into its environment under the same names. None may be a name that
// main.parameters.json reads, or the next run takes it for a choice of the user's.
output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = app.outputs.name
output SERVICE_MCP_NAME string = app.outputs.name
output SERVICE_MCP_ENDPOINTS string[] = [server == 'extension' ? extensionEndpoint : selfHostedEndpoint]
output MCP_ENDPOINT string = server == 'extension' ? extensionEndpoint : selfHostedEndpoint
output MCP_EXTENSION_ENDPOINT string = extensionEndpoint
output MCP_SELF_HOSTED_ENDPOINT string = selfHostedEndpoint
// For the Entra app: its redirect address, and the subject of its federated credential.
output AUTH_REDIRECT_URI string = '${host}/.auth/login/aad/callback'
output AUTH_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output AUTH_SCOPE string = builtIn ? join(scopes, ',') : ''
