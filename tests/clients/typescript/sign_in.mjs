// The official TypeScript SDK signs in, at a server with test users: `node sign_in.mjs 1|2 URL user NAME` or `… URL agent NAME SECRET ISSUER`.
// Calls the tool `who`, and prints the text of its result, as JSON.

const [generation, url, kind, name, clientSecret, expectedIssuer] = process.argv.slice(2);
setTimeout(() => {
  throw new Error('not all was answered within 30 seconds');
}, 30_000).unref();

const old = '@modelcontextprotocol/sdk/client';
const modules = generation === '1' ? ['index', 'streamableHttp', 'auth', 'auth-extensions'].map((file) => `${old}/${file}.js`) : ['@modelcontextprotocol/client'];
const sdk = Object.assign({}, ...(await Promise.all(modules.map((module) => import(module)))));

/** A user's client: it registers, and opens `page`. */
class UserProvider {
  redirectUrl = 'http://127.0.0.1:33418/';
  clientMetadata = { client_name: 'TypeScript', redirect_uris: [this.redirectUrl], token_endpoint_auth_method: 'none' };
  clientInformation = () => this.client;
  saveClientInformation = (client) => void (this.client = client);
  tokens = () => this.token;
  saveTokens = (tokens) => void (this.token = tokens);
  codeVerifier = () => this.verifier;
  saveCodeVerifier = (verifier) => void (this.verifier = verifier);
  discoveryState = () => this.discovery;
  saveDiscoveryState = (state) => void (this.discovery = state);
  redirectToAuthorization = (page) => void (this.page = page);
}

/** Clicks the user's button, as a browser does; the address to which it is sent then. */
async function click(page) {
  const text = await (await fetch(page)).text();
  const ticket = text.match(/name="ticket" value="([^"]*)"/)[1];
  const user = text.match(new RegExp(`value="(\\d+)">Sign in as ${name}<`))[1];
  const answer = await fetch(page.origin + page.pathname, {
    method: 'POST',
    headers: { origin: page.origin },
    body: new URLSearchParams({ ticket, user }),
    redirect: 'manual',
  });
  return new URL(answer.headers.get('location'));
}

const authProvider = kind === 'user' ? new UserProvider() : new sdk.ClientCredentialsProvider({ clientId: name, clientSecret, expectedIssuer });
const connect = async () => {
  const transport = new sdk.StreamableHTTPClientTransport(new URL(url), { authProvider });
  const client = new sdk.Client({ name: 'typescript', version: '1' });
  try {
    await client.connect(transport);
    return client;
  } catch (error) {
    if (kind !== 'user' || !(error instanceof sdk.UnauthorizedError)) throw error;
    const { searchParams } = await click(authProvider.page);
    await transport.finishAuth(searchParams.get('code'), searchParams.get('iss'));
  }
};
const client = (await connect()) ?? (await connect());
const result = await client.callTool({ name: 'who', arguments: {} });
console.log(JSON.stringify(result.content[0].text));
await client.close();
