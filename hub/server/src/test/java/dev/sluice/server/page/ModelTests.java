package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Runs tests of pages' models, which need no browser, in Node.
public final class ModelTests {
    private ModelTests() {}

    /// @param file of `src/test/js`
    public static void pass(String file) throws IOException, InterruptedException {
        String path = Path.of("src/test/js", file).toString();
        Process node = new ProcessBuilder("node", "--test", path)
                .redirectErrorStream(true)
                .start();
        String report = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(report).isEqualTo(0);
        assertThat(report).containsPattern("(?m)^(?:#|ℹ) tests [1-9]"); // Guards against a runner that finds no tests.
    }
}
