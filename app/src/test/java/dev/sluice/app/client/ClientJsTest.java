package dev.sluice.app.client;

import dev.sluice.app.NodeTests;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Runs the tests of `client-js` with Node's test runner: against `./sluice serve`, through faulty proxies, in Node
/// and in Chromium. With `-Dsluice.long=true` ten thousand events pass through each fault.
@Order(1)
final class ClientJsTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path CLIENT = HOME.resolve("clients/client-js");
    private static final boolean IS_LONG = Boolean.getBoolean("sluice.long");

    /// In the long form, rounds of a cluster's faults keep the processors busy beside it.
    private static final Duration TIME_MAX = Duration.ofMinutes(IS_LONG ? 120 : 15);

    @Test
    void passesItsOwnTests() throws Exception {
        NodeTests.pass(CLIENT, TIME_MAX);
    }
}
