package dev.sluice.server.page;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The models of the pages, which need no browser: `src/test/js/*-models.test.mjs`.
final class PageModelsTest {
    @Test
    void passTheirTestsInNode() throws IOException, InterruptedException {
        ModelTests.pass("page-models.test.mjs");
    }

    @Test
    void ofAChannelPassTheirTestsInNode() throws IOException, InterruptedException {
        ModelTests.pass("channel-models.test.mjs");
    }
}
