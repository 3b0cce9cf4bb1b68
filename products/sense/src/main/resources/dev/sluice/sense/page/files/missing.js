// The page for an address without a check, a server or an incident. It names what does not exist.
import { find, put } from '../../page/program.js';
import { segments } from './api.js';

const [kind, name] = segments();
put(find('headline'), { checks: 'sense.no-check', servers: 'sense.server.none', incidents: 'sense.no-incident' }[kind], { name });
