package dev.sluice.embed.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationWatchTest {
    @TempDir
    Path folder;

    private final List<Path> files = new ArrayList<>();
    private final List<String> applied = new ArrayList<>();

    /// A reload during which the file that it has read changes, and whose configuration names another file.
    private void reload() {
        try {
            applied.add(Files.readString(files.getFirst()));
            if (applied.size() > 1) return;
            Files.writeString(files.getFirst(), "333");
            files.add(folder.resolve("keys.toml"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void followsAFileThatChangesDuringAReload() throws IOException {
        files.add(Files.writeString(folder.resolve("sluice.toml"), "1"));
        try (var watch = new ConfigurationWatch(() -> files, this::reload)) {
            Files.writeString(files.getFirst(), "22");

            for (int i = 0; i < 5; i++) watch.look();

            assertThat(applied).containsExactly("22", "333");
        }
    }

    /// A reload that reads a file which no configuration named before, and which changes after that.
    private void reloadWithKeys() {
        try {
            Path keys = folder.resolve("keys.toml");
            applied.add(Files.readString(keys));
            if (files.contains(keys)) return;
            files.add(keys);
            Files.writeString(keys, "new keys");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void followsAFileThatChangesDuringTheReloadThatFirstNamesIt() throws IOException {
        files.add(Files.writeString(folder.resolve("sluice.toml"), "1"));
        Files.writeString(folder.resolve("keys.toml"), "keys");
        try (var watch = new ConfigurationWatch(() -> files, this::reloadWithKeys)) {
            Files.writeString(files.getFirst(), "22");

            for (int i = 0; i < 6; i++) watch.look();

            assertThat(applied).containsExactly("keys", "new keys");
        }
    }
}
