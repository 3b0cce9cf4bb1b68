// The whole suite against the hub at STREAMS_URL, or with vitest's -t a part of it.
import { runConformanceTests } from '@durable-streams/server-conformance-tests';

runConformanceTests({ baseUrl: process.env.STREAMS_URL });
