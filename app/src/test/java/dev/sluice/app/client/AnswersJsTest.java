package dev.sluice.app.client;

import dev.sluice.app.NodeTests;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Runs the tests of `answers-js` with Node's test runner: the clients of AI frameworks, unmodified, with answers in
/// `./sluice serve`, in Node and in Chromium.
@Order(2)
final class AnswersJsTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path ADAPTERS = HOME.resolve("clients/answers-js");
    private static final Duration TIME_MAX = Duration.ofMinutes(15);

    @Test
    void passesItsOwnTests() throws Exception {
        NodeTests.pass(ADAPTERS, TIME_MAX);
    }
}
