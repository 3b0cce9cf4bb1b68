// Adds the texts of pages with the hub's figures.
import { messages } from './messages.js';
import { messages as more } from './stats-messages.js';

Object.assign(messages, more);
