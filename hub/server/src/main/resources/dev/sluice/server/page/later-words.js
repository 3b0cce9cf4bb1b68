// What is loaded after the first view has further texts.
import { messages } from './messages.js';
import { messages as more } from './later-messages.js';

Object.assign(messages, more);
