// Adds the texts of parts that are loaded after the first view.
import { messages } from './messages.js';
import { messages as more } from './later-messages.js';

Object.assign(messages, more);
