// The first generation, which speaks the revisions before 2026-07-28.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { programOf } from './program.mjs';

/** A client that has introduced itself, and lets `answer` answer what the server asks the user. */
export async function connect(url, era, answer) {
  if (era !== 'legacy') throw new Error(`this generation knows no other era than legacy: ${era}`);
  const client = new Client({ name: 'typescript', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, answer);
  const program = programOf(url);
  const transport = program ? new StdioClientTransport(program) : new StreamableHTTPClientTransport(new URL(url));
  let revision;
  // The SDK tells the transport, and nobody else.
  transport.setProtocolVersion = (version) => {
    revision = version;
    transport._protocolVersion = version;
  };
  await client.connect(transport);
  return {
    client,
    revision: () => revision,
    call: (name, args, onprogress) => client.callTool({ name, arguments: args }, undefined, { onprogress }),
  };
}
