// Adds the texts of the channel's page.
import { messages as more } from './channel-messages.js';
import { messages } from './messages.js';

Object.assign(messages, more);
