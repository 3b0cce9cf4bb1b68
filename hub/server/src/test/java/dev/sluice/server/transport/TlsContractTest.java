package dev.sluice.server.transport;

import dev.sluice.core.log.Log;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;

/// The contract of every transport over HTTP/1.1 and TLS.
final class TlsContractTest extends SecureContractTest {
    @Override
    TestServer start(Log log, ServerSettings settings) {
        return TestServer.secureHttp1(log, settings);
    }
}
