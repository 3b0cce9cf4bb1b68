// Adds the texts of the doctor's page to those of all pages.
import { messages } from '../messages.js';
import { messages as more } from './doctor-messages.js';

Object.assign(messages, more);
