// Adds the texts of the pages for operators.
import { messages } from './messages.js';
import { messages as more } from './operator-messages.js';

Object.assign(messages, more);
