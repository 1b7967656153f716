// The second generation, which speaks all revisions.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { programOf } from './program.mjs';

/** A client that has introduced itself, and lets `answer` answer what the server asks the user. */
export async function connect(url, era, answer) {
  const options = { capabilities: { elicitation: {} }, versionNegotiation: { mode: era } };
  const client = new Client({ name: 'typescript', version: '2' }, options);
  client.setRequestHandler('elicitation/create', answer);
  const program = programOf(url);
  await client.connect(program ? new StdioClientTransport(program) : new StreamableHTTPClientTransport(new URL(url)));
  return {
    client,
    revision: () => client.getNegotiatedProtocolVersion(),
    call: (name, args, onprogress) => client.callTool({ name, arguments: args }, { onprogress }),
  };
}
