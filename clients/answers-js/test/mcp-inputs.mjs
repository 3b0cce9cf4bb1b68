/** The tools and the prompt of MCP's conformance tests that ask their client for input (SEP-2322, 2026-07-28). */
import { CLIENT_CAPABILITIES_META_KEY, acceptedContent, inputRequired, inputResponse } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';

const say = text => ({ content: [{ type: 'text', text }] });
const form = (message, name, type = 'string') => {
  return inputRequired.elicit({ message, requestedSchema: { type: 'object', properties: { [name]: { type } }, required: [name] } });
};
const sampled = (text, maxTokens) => inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens });

/** Asks until the client has answered. */
const ask = (key, request, read) => [{}, (_, { mcpReq }) => {
  const response = inputResponse(mcpReq.inputResponses, key);
  return response.kind === 'missing' ? inputRequired({ inputRequests: { [key]: request } }) : say(read(response));
}];

/** @param states signs and reads what a client carries from one round to the next */
export const inputTools = states => ({
  test_input_required_result_elicitation: [{}, (_, { mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_name', z.object({ name: z.string() }));
    return answer ? say(`Hello, ${answer.name}!`) : inputRequired({ inputRequests: { user_name: form('What is your name?', 'name') } });
  }],
  test_streaming_elicitation: ask('user_name', form('What is your name?', 'name'), () => 'Thanks.'),
  test_input_required_result_sampling: ask('capital_question', sampled('What is the capital of France?', 100), ({ result }) => JSON.stringify(result)),
  test_missing_capability: ask('greeting', sampled('Greet', 50), () => 'Thanks.'),
  test_input_required_result_list_roots: ask('client_roots', inputRequired.listRoots(), ({ roots }) => JSON.stringify(roots)),
  test_input_required_result_request_state: [{}, async (_, { mcpReq }) => {
    if (mcpReq.requestState() === 'begun' && mcpReq.inputResponses?.confirm) return say('state-ok');
    return inputRequired({ inputRequests: { confirm: form('Please confirm', 'ok', 'boolean') }, requestState: await states.mint('begun') });
  }],
  test_input_required_result_tampered_state: [{}, async (_, { mcpReq }) => {
    if (mcpReq.requestState() === 'begun') return say('state-ok');
    return inputRequired({ inputRequests: { confirm: form('Please confirm', 'ok', 'boolean') }, requestState: await states.mint('begun') });
  }],
  test_input_required_result_multiple_inputs: [{}, async (_, { mcpReq }) => {
    const inputRequests = {
      user_name: form('What is your name?', 'name'), greeting: sampled('Generate a greeting', 50), client_roots: inputRequired.listRoots(),
    };
    const hasAll = Object.keys(inputRequests).every(key => mcpReq.inputResponses?.[key]);
    return hasAll ? say('Thanks.') : inputRequired({ inputRequests, requestState: await states.mint('begun') });
  }],
  test_input_required_result_multi_round: [{}, async (_, { mcpReq }) => {
    const round = mcpReq.requestState() ?? 0;
    if (round === 2 && mcpReq.inputResponses?.step2) return say('Thanks.');
    const [key, request] = round ? ['step2', form('Step 2: What is your favorite color?', 'color')] : ['step1', form('Step 1: What is your name?', 'name')];
    return inputRequired({ inputRequests: { [key]: request }, requestState: await states.mint(round ? 2 : 1) });
  }],
  test_input_required_result_capabilities: [{}, (_, { mcpReq }) => {
    const { sampling, elicitation } = mcpReq.envelope[CLIENT_CAPABILITIES_META_KEY];
    return inputRequired({ inputRequests: { ...(sampling && { greeting: sampled('Greet', 50) }), ...(elicitation && { name: form('Your name?', 'name') }) } });
  }],
});

export function registerInputPrompt(server) {
  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks for its context.' }, ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_context');
    if (!answer) return inputRequired({ inputRequests: { user_context: form('What context should the prompt use?', 'context') } });
    return { messages: [{ role: 'user', content: { type: 'text', text: `With ${answer.context}.` } }] };
  });
}
