// The page of the doctor has further texts.
import { messages } from '../messages.js';
import { messages as more } from './doctor-messages.js';

Object.assign(messages, more);
