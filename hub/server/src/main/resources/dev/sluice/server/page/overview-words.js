// Adds the texts of the overview.
import { messages } from './messages.js';
import { messages as more } from './overview-messages.js';

Object.assign(messages, more);
