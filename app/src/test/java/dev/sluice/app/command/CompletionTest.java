package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CompletionTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "sluice {0}")
    @CsvSource({
        "'s', serve sub sense",
        "'sub --aft', --after",
        "'sub --as w', ws",
        "'serve --print', --print-config",
        "'demo ti', ticker"
    })
    void bashCompletesCommandsOptionsAndTransports(String typed, String completed) throws Exception {
        assertThat(bash("""
                compopt() { :; } # Bash only defines it during completion.
                COMP_WORDS=(sluice %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _complete_sluice
                echo "${COMPREPLY[@]}"
                """.formatted(typed))).isEqualTo(completed + "\n");
    }

    @Test
    void printsNothingWhenSourced() throws Exception {
        assertThat(bash("")).isEmpty();
    }

    /// Runs lines of bash after the completion script.
    private String bash(String lines) throws IOException, InterruptedException {
        var script = Terminal.plain().run("completion").out();
        var file = Files.writeString(folder.resolve("script"), script + lines);
        var out = folder.resolve("out");
        var process = new ProcessBuilder("bash", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("bash ended").isTrue();
            return Files.readString(out);
        } finally {
            process.destroyForcibly();
        }
    }
}
