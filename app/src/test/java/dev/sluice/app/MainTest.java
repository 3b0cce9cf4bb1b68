package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
    @Test
    void printsTheVersionItWasBuiltAs() {
        var out = new StringWriter();

        var exitCode = new CommandLine(new Main()).setOut(new PrintWriter(out)).execute("--version");

        assertThat(out.toString()).matches("sluice [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\\R");
        assertThat(exitCode).isZero();
    }
}
