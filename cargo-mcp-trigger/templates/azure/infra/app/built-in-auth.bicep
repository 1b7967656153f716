// Sign-in with Entra ID in front of the app, without a client secret: the app's identity vouches for
// the Entra app (a federated credential there, made by the hook postprovision). Who comes without a token gets 401 and
// the address of the protected resource metadata; no redirect, MCP clients do not follow one.

param functionAppName string
param tenantId string

@description('Application (client) id of the Entra app that stands for the server.')
param clientId string

@description('Application ID URI of it.')
param applicationIdUri string

@description('Client ids that may call: VS Code, a Foundry project and so on.')
param allowedClientIds string[]

@description('App setting that holds the client id of the identity which vouches.')
param assertionSettingName string

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName

  resource auth 'config' = {
    name: 'authsettingsV2'
    properties: {
      platform: {
        enabled: true
        runtimeVersion: '~1'
      }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        redirectToProvider: 'azureactivedirectory'
      }
      httpSettings: {
        requireHttps: true
      }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: clientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenantId}/v2.0'
            // A name, never a value: with this very name the platform uses the identity instead.
            clientSecretSettingName: assertionSettingName
          }
          validation: {
            // Version 2 tokens carry the client id as audience, version 1 tokens the URI.
            allowedAudiences: [
              clientId
              applicationIdUri
            ]
            defaultAuthorizationPolicy: {
              allowedApplications: union([clientId], allowedClientIds)
            }
          }
        }
      }
      login: {
        tokenStore: {
          enabled: true
        }
      }
    }
  }
}
