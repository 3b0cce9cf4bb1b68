// The server of npm `@durable-streams/server`; with a folder it keeps its streams there.
import { DurableStreamTestServer } from '@durable-streams/server';

const [port, dataDir] = process.argv.slice(2);
await new DurableStreamTestServer({ port: Number(port), host: '127.0.0.1', dataDir }).start();
