package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.ConfigurationFile;
import dev.sluice.config.KeyFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Passwords of people, hashed on the command line.
final class PasswdTest {
    @TempDir
    private Path folder;

    @Test
    void printsAHashAndTheLinesWithWhichAHubTakesIt() throws Exception {
        var ended = Terminal.plain().runWith("correct horse battery\n", "passwd", "alice");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith("$argon2id$v=19$").doesNotContain("horse");
        assertThat(ended.err()).doesNotContain("horse", "$argon2id");
        Files.writeString(folder.resolve("alice.password"), ended.out());
        var lines = Files.writeString(folder.resolve("sluice.toml"), ended.err());
        var access = ConfigurationFile.of(lines).access();
        assertThat(access.keys().getFirst().isPassword()).isTrue();
        assertThat(KeyFiles.read(access, folder, Map.of()).password("alice")).isNotNull();
    }

    @Test
    void refusesAShortPasswordWithoutRepeatingIt() {
        var ended = Terminal.plain().runWith("hunter2\n", "passwd", "alice");
        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.err()).contains("at least 10").doesNotContain("hunter2");
    }
}
