package dev.sluice.app.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.config.ConfigurationFile;
import dev.sluice.config.KeyEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Static keys, made on the command line.
final class KeyTest {
    @TempDir
    private Path folder;

    @Test
    void printsTheKeyAndTheLinesForTheConfiguration() throws Exception {
        var ended = Terminal.plain().run("key", "new", "backend");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).matches("sk_backend_[A-Za-z0-9_-]{43}\n");
        var key = ended.out().strip();
        var lines = Files.writeString(folder.resolve("sluice.toml"), ended.err());
        var read = ConfigurationFile.of(lines).access().keys().getFirst();
        assertThat(read.kid()).isEqualTo("backend");
        assertThat(read.isStatic()).isTrue();
        assertThat(read.values().get(KeyEntry.HASH))
                .isEqualTo("sha256:"
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(US_ASCII))));
        assertThat(read.permissions().isEmpty()).isTrue();
        assertThat(ended.err()).doesNotContain(key.substring("sk_backend_".length()));
    }

    @Test
    void makesAnotherKeyEachTime() {
        assertThat(Terminal.plain().run("key", "new", "a").out())
                .isNotEqualTo(Terminal.plain().run("key", "new", "a").out());
    }
}
