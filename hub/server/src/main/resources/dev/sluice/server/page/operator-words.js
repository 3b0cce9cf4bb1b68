// The pages for operators have further texts.
import { messages } from './messages.js';
import { messages as more } from './operator-messages.js';

Object.assign(messages, more);
