package dev.sluice.server.transport;

import dev.sluice.core.log.Log;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The contract of every transport over HTTP/1.1 and TLS.
@Tag("long")
class TlsContractTest extends TransportContractTest {
    @Override
    TestServer start(Log log, ServerSettings settings) {
        return TestServer.secureHttp1(log, settings);
    }

    /// All pairs are tried without TLS.
    static Stream<Arguments> somePairs() {
        return ListenerKinds.all().map(to -> Arguments.of(ListenerKind.SSE, to));
    }

    @Override
    @ParameterizedTest
    @MethodSource("somePairs")
    void resumesOnAnyOtherTransport(ListenerKind from, ListenerKind to) {
        super.resumesOnAnyOtherTransport(from, to);
    }
}
