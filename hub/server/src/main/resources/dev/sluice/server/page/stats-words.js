// Pages with the hub's figures have further texts.
import { messages } from './messages.js';
import { messages as more } from './stats-messages.js';

Object.assign(messages, more);
