package dev.sluice.server.transport;

import dev.sluice.core.log.Log;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;

/// The contract of every transport over HTTP/2, and of WebSockets and raw text over TLS beside it.
final class Http2ContractTest extends SecureContractTest {
    @Override
    TestServer start(Log log, ServerSettings settings) {
        return TestServer.secure(log, settings);
    }
}
