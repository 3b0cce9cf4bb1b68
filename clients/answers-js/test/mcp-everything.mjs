/** The server that MCP's conformance tests ask for: its tools, resources and prompts, by the names that they have there. */
import { McpServer, ResourceTemplate, completable, createRequestStateCodec, fromJsonSchema } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { inputTools, registerInputPrompt } from './mcp-inputs.mjs';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
const PAUSE_MS = 50;

const text = value => ({ type: 'text', text: value });
const image = { type: 'image', data: PNG, mimeType: 'image/png' };
const resource = (uri, mimeType, value) => ({ type: 'resource', resource: { uri, mimeType, text: value } });
const say = value => ({ content: [text(value)] });
const pause = () => new Promise(resolve => setTimeout(resolve, PAUSE_MS));

const ADDRESS = { $anchor: 'addressDef', type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } };
const STRINGS = Object.fromEntries(['name', 'phone', 'email'].map(name => [name, { type: 'string' }]));
const JSON_SCHEMA_2020_12 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: { address: ADDRESS },
  properties: { ...STRINGS, address: { $ref: '#/$defs/address' }, contactMethod: { type: 'string', enum: ['phone', 'email'] } },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};
const WITH_HEADER = { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } }, required: ['region'] };

const option = (value, title) => ({ const: value, title });
const ENUMS = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titledSingle: { type: 'string', oneOf: [option('value1', 'First Option'), option('value2', 'Second Option'), option('value3', 'Third Option')] },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
  titledMulti: { type: 'array', items: { anyOf: [option('value1', 'First Choice'), option('value2', 'Second Choice'), option('value3', 'Third Choice')] } },
};
const DEFAULTS = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
};

const elicit = async ({ mcpReq }, message, properties, required = []) => {
  const { action, content = {} } = await mcpReq.elicitInput({ message, requestedSchema: { type: 'object', properties, required } });
  return `action=${action}, content=${JSON.stringify(content)}`;
};

const sample = async ({ mcpReq }, prompt) => {
  const { content } = await mcpReq.requestSampling({ messages: [{ role: 'user', content: text(prompt) }], maxTokens: 100 });
  return `LLM response: ${content.text}`;
};

/** By the name of the tool: its arguments and what it does. */
const tools = notify => ({
  test_simple_text: [{}, () => say('This is a simple text response for testing.')],
  test_image_content: [{}, () => ({ content: [image] })],
  test_audio_content: [{}, () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] })],
  test_embedded_resource: [{}, () => ({ content: [resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')] })],
  test_multiple_content_types: [{}, () => ({
    content: [text('Multiple content types test:'), image, resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}')],
  })],
  test_tool_with_logging: [{}, async (_, { mcpReq }) => {
    for (const each of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', each);
      await pause();
    }
    return say('Logged.');
  }],
  test_logging_tool: [{}, async (_, { mcpReq }) => {
    await mcpReq.log('info', 'A line.');
    return say('Logged.');
  }],
  test_tool_with_progress: [{}, async (_, { mcpReq }) => {
    const { progressToken } = mcpReq._meta ?? {};
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      await pause();
    }
    return say('Done.');
  }],
  test_error_handling: [{}, () => {
    throw new Error('This tool intentionally returns an error for testing');
  }],
  test_reconnection: [{}, async (_, { http }) => {
    http.closeSSE?.();
    await pause();
    return say('Resumed.');
  }],
  test_sampling: [{ prompt: z.string() }, async ({ prompt }, context) => say(await sample(context, prompt))],
  test_elicitation: [{ message: z.string() }, async ({ message }, context) => {
    return say(`User response: ${await elicit(context, message, { username: { type: 'string' }, email: { type: 'string' } }, ['username', 'email'])}`);
  }],
  test_elicitation_sep1034_defaults: [{}, async (_, context) => say(`Elicitation completed: ${await elicit(context, 'Please review', DEFAULTS)}`)],
  test_elicitation_sep1330_enums: [{}, async (_, context) => say(`Elicitation completed: ${await elicit(context, 'Please select', ENUMS)}`)],
  test_trigger_tool_change: [{}, () => {
    notify.toolsChanged();
    return say('Changed.');
  }],
  test_trigger_prompt_change: [{}, () => {
    notify.promptsChanged();
    return say('Changed.');
  }],
});

function registerResources(server) {
  const read = (uri, mimeType, value) => ({ contents: [{ uri, mimeType, ...value }] });
  const about = { description: 'A resource of the conformance tests.' };
  const direct = {
    'test://static-text': ['text/plain', { text: 'This is the content of the static text resource.' }],
    'test://static-binary': ['image/png', { blob: PNG }],
    'test://watched-resource': ['text/plain', { text: 'Watched.' }],
  };
  for (const [uri, [mimeType, value]] of Object.entries(direct)) {
    server.registerResource(uri.slice('test://'.length), uri, { ...about, mimeType }, () => read(uri, mimeType, value));
  }
  server.registerResource('template', new ResourceTemplate('test://template/{id}/data', { list: undefined }), { ...about, mimeType: 'application/json' },
    ({ href }, { id }) => read(href, 'application/json', { text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }));
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) server.server.setRequestHandler(method, () => ({}));
}

function registerPrompts(server) {
  const user = (...contents) => ({ messages: contents.map(content => ({ role: 'user', content })) });
  const prompt = (name, argsSchema, get) => {
    server.registerPrompt(name, { description: `Prompt ${name}.`, ...(argsSchema && { argsSchema: z.object(argsSchema) }) }, get);
  };
  const words = completable(z.string(), value => ['paris', 'park', 'party'].filter(each => each.startsWith(value)));
  prompt('test_simple_prompt', undefined, () => user(text('This is a simple prompt for testing.')));
  prompt('test_prompt_with_arguments', { arg1: words, arg2: z.string() }, ({ arg1, arg2 }) => user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)));
  prompt('test_prompt_with_embedded_resource', { resourceUri: z.string() }, ({ resourceUri }) => {
    return user(resource(resourceUri, 'text/plain', 'Embedded resource content for testing.'), text('Please process the embedded resource above.'));
  });
  prompt('test_prompt_with_image', undefined, () => user(image, text('Please analyze the image above.')));
}

const states = createRequestStateCodec({ key: crypto.getRandomValues(new Uint8Array(32)) });

/** @param notify tells the clients that listen of changes */
export function everything(notify) {
  const changes = { listChanged: true };
  const server = new McpServer({ name: 'everything', version: '1.0.0' }, {
    capabilities: { tools: changes, prompts: changes, resources: { ...changes, subscribe: true }, logging: {}, completions: {} },
    requestState: { verify: states.verify },
  });
  for (const [name, [schema, run]] of Object.entries({ ...tools(notify), ...inputTools(states) })) {
    server.registerTool(name, { description: `Tool ${name}.`, inputSchema: z.object(schema) }, run);
  }
  server.registerTool('json_schema_2020_12_tool', { description: 'Keeps its schema.', inputSchema: fromJsonSchema(JSON_SCHEMA_2020_12) }, () => say('Kept.'));
  server.registerTool('test_custom_header', { description: 'Has a header.', inputSchema: fromJsonSchema(WITH_HEADER) }, ({ region }) => say(region));
  registerResources(server);
  registerPrompts(server);
  registerInputPrompt(server);
  return server;
}
