package dev.sluice.app.docs;

import dev.sluice.app.NodeTests;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Runs the tests of the documentation site with Node's test runner: what its build makes and refuses, what its search
/// finds, and its pages in Chromium, with and without scripts.
final class SiteTest {
    private static final Path SITE = Path.of("../site").toAbsolutePath().normalize();

    @Test
    void passesItsOwnTests() throws Exception {
        NodeTests.pass(SITE, Duration.ofMinutes(10));
    }
}
