package dev.sluice.lab.page;

import dev.sluice.server.page.ModelTests;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Runs the tests of the page's models, which need no browser: `src/test/js/lab-models.test.mjs`.
final class LabModelsTest {
    @Test
    void passTheirTestsInNode() throws IOException, InterruptedException {
        ModelTests.pass("lab-models.test.mjs");
    }
}
