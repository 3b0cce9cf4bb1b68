package dev.sluice.server.transport;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The contract of every transport with TLS.
@Tag("long")
abstract class SecureContractTest extends TransportContractTest {
    /// All pairs are tried without TLS: what carries them makes no difference to a cursor.
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
