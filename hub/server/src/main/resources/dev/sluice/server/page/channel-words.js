// The channel's page has further texts.
import { messages as more } from './channel-messages.js';
import { messages } from './messages.js';

Object.assign(messages, more);
