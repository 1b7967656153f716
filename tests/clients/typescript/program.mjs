// Programs that speak MCP over their standard input and output.

/** The program that stands in place of an address, as `stdio:["command","argument"]`; undefined if it is an address. */
export function programOf(url) {
  if (!url.startsWith('stdio:')) return undefined;
  const [command, ...args] = JSON.parse(url.slice('stdio:'.length));
  return { command, args, env: process.env };
}
