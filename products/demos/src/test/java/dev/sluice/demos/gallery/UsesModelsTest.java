package dev.sluice.demos.gallery;

import dev.sluice.server.page.ModelTests;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Runs the tests of the uses' models, which need no browser: `src/test/js/uses.test.mjs`.
final class UsesModelsTest {
    @Test
    void passTheirTestsInNode() throws IOException, InterruptedException {
        ModelTests.pass("uses.test.mjs");
    }
}
