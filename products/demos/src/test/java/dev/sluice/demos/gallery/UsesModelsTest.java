package dev.sluice.demos.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Runs the tests of the uses' models, which need no browser: `src/test/js/uses.test.mjs`.
final class UsesModelsTest {
    @Test
    void passTheirTestsInNode() throws IOException, InterruptedException {
        String file = Path.of("src/test/js/uses.test.mjs").toString();
        Process node = new ProcessBuilder("node", "--test", file)
                .redirectErrorStream(true)
                .start();
        String report = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(report).isEqualTo(0);
        assertThat(report).containsPattern("(?m)^(?:#|ℹ) tests [1-9]"); // Guards against a runner that finds no tests.
    }
}
