package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Verb;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
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

    /// Otherwise the page of the settings asks the hub about a verb that it does not know.
    @Test
    void aQuestionAboutATokenHasTheVerbsOfTheHub() {
        String verbs = Arrays.stream(Verb.values())
                .map(verb -> "'" + verb.text() + "'")
                .collect(Collectors.joining(", "));
        assertThat(Resources.text("settings/cards.js")).contains("const VERBS = [" + verbs + "];");
    }
}
