// One call with the official TypeScript SDK: `node call.mjs URL TOOL ARGUMENTS`, with the arguments as JSON. Prints the text of the result.

import { connect } from './v2.mjs';

const [url, tool, args] = process.argv.slice(2);
setTimeout(() => {
  throw new Error('the call was not answered within 60 seconds');
}, 60_000).unref();

const { client, call } = await connect(url, 'auto', () => ({ action: 'decline' }));
const { content } = await call(tool, JSON.parse(args));
await client.close();
console.log(content.map((block) => block.text).join('\n'));
