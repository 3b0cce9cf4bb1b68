package dev.sluice.server.transport;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// Which transports a test is for.
final class Ways {
    private Ways() {}

    static Stream<Way> all() {
        return Arrays.stream(Way.values());
    }

    /// All that go on until they are ended.
    static Stream<Way> streams() {
        return all().filter(way -> !way.isPoll());
    }

    static Stream<Way> withCursors() {
        return all().filter(Way::hasCursors);
    }

    static Stream<Way> withoutCursors() {
        return all().filter(way -> !way.hasCursors());
    }

    static Stream<Way> ofSeveralChannels() {
        return all().filter(Way::takesSeveral);
    }

    static Stream<Way> withEnvelopes() {
        return all().filter(Way::hasEnvelope);
    }

    static Stream<Arguments> pairs() {
        return withCursors().flatMap(from -> all().map(to -> Arguments.of(from, to)));
    }
}
