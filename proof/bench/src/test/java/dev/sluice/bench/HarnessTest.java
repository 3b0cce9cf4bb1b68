package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The scripts that start hubs and load generators, and write their tables.
final class HarnessTest {
    @Test
    void scriptsFindTheRootOfTheCheckout() throws IOException {
        var script = "import { inHome } from './harness/settings.mjs'; console.log(inHome('sluice'));";
        var node = new ProcessBuilder("node", "--input-type=module", "--eval", script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = node.inputReader()) {
            assertThat(Path.of(output.readLine())).isExecutable();
        }
    }
}
