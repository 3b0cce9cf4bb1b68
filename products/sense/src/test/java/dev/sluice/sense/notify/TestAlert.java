package dev.sluice.sense.notify;

import dev.sluice.sense.check.Failure;
import java.time.Duration;
import java.time.Instant;

/// An alert for tests that do not depend on its contents.
final class TestAlert {
    static final Alert OPENED = new Alert(
            Alert.Kind.OPENED,
            null,
            "abc",
            7,
            "shop",
            "shop",
            new Failure("status 2xx", "503"),
            Instant.EPOCH,
            Instant.EPOCH,
            Duration.ZERO,
            null);

    private TestAlert() {}
}
