package dev.sluice.server.transport;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// Selects the transports of a test.
final class ListenerKinds {
    private ListenerKinds() {}

    static Stream<ListenerKind> all() {
        return Arrays.stream(ListenerKind.values());
    }

    /// All except polls.
    static Stream<ListenerKind> streams() {
        return all().filter(kind -> !kind.isPoll());
    }

    static Stream<ListenerKind> withCursors() {
        return all().filter(ListenerKind::hasCursors);
    }

    static Stream<ListenerKind> withoutCursors() {
        return all().filter(kind -> !kind.hasCursors());
    }

    static Stream<ListenerKind> ofSeveralChannels() {
        return all().filter(ListenerKind::takesSeveralChannels);
    }

    static Stream<ListenerKind> withEnvelopes() {
        return all().filter(ListenerKind::hasEnvelope);
    }

    static Stream<Arguments> pairs() {
        return withCursors().flatMap(from -> all().map(to -> Arguments.of(from, to)));
    }
}
