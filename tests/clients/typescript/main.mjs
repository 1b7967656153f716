// The official TypeScript SDK against samples/conformance: `node main.mjs 1|2 URL legacy|auto PART...`, with the generation of the SDK,
// the address or `stdio:["program","argument"]`, whether to ask for the newest revision, and what to do. Prints what it got, as JSON; ends with 1 if it failed.

const [generation, url, era, ...parts] = process.argv.slice(2);
// A server that does not answer is a failure too, and soon.
setTimeout(() => {
  throw new Error('not all was answered within 30 seconds');
}, 30_000).unref();

const { connect } = await import(`./v${generation}.mjs`);

/** What the user was asked. */
const asked = [];
const answer = (request) => {
  asked.push(request.params.message);
  return { action: 'accept', content: { username: 'ann', email: 'ann@example.com' } };
};
const { client, revision, call } = await connect(url, era, answer);

const text = (result) => result.content[0].text;

/** What each part gets. */
const transcripts = {
  async tools() {
    const { tools } = await client.listTools();
    const failed = await call('test_error_handling');
    return {
      names: tools.map((tool) => tool.name),
      text: text(await call('test_simple_text')),
      mixed: (await call('test_multiple_content_types')).content.map((block) => block.type),
      error: [failed.isError, text(failed)],
      unknown: await code(call('no_such_tool')),
    };
  },
  async resources() {
    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();
    const read = async (uri) => (await client.readResource({ uri })).contents[0];
    return {
      uris: resources.map((resource) => resource.uri),
      templates: resourceTemplates.map((template) => template.uriTemplate),
      text: (await read('test://static-text')).text,
      type: (await read('test://static-binary')).mimeType,
      bytes: Buffer.from((await read('test://static-binary')).blob, 'base64').length,
      data: JSON.parse((await read('test://template/123/data')).text),
    };
  },
  async prompts() {
    const { prompts } = await client.listPrompts();
    const get = async (name, args) => (await client.getPrompt({ name, arguments: args })).messages;
    return {
      names: prompts.map((prompt) => prompt.name),
      simple: (await get('test_simple_prompt'))[0].content.text,
      arguments: (await get('test_prompt_with_arguments', { arg1: 'one', arg2: 'two' }))[0].content.text,
      image: (await get('test_prompt_with_image')).map((message) => message.content.type),
    };
  },
  async progress() {
    const steps = [];
    const result = await call('test_tool_with_progress', {}, ({ progress, total }) => steps.push([progress, total]));
    return { steps, text: text(result) };
  },
  async elicitation() {
    const result = await call('test_elicitation', { message: 'Who are you?' });
    return { asked, text: text(result) };
  },
};

/** The code of the error that a request ends with. */
async function code(request) {
  try {
    return await request;
  } catch (error) {
    return error.code;
  }
}

const transcript = { revision: revision() };
for (const part of parts) transcript[part] = await transcripts[part]();
await client.close();
console.log(JSON.stringify(transcript));
