package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Configuration;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.ListenTable;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.embed.reload.ConfigurationSource;
import dev.sluice.embed.reload.SettledRead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Configurations whose files change while they are read.
final class SettledReadTest {
    @TempDir
    private Path folder;

    private int reads;

    /// A file that is written during each read.
    ///
    /// @param content after the read of this number; null: as it was
    private ConfigurationSource written(IntFunction<String> content) {
        Path file = folder.resolve("sluice.toml");
        return new ConfigurationSource() {
            @Override
            public Content read() throws InvalidConfigurationException {
                Configuration read = ConfigurationFile.of(file);
                KeyFiles keys = KeyFiles.read(read.access(), folder, Map.of());
                write(file, content.apply(++reads));
                return new Content(read, keys, List.of());
            }

            @Override
            public List<Path> files(Configuration inForce) {
                return List.of(file);
            }
        };
    }

    private static void write(Path file, String content) {
        if (content == null) return;
        try {
            Files.writeString(file, content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void readsAllOfAFileThatIsBeingWritten() throws Exception {
        write(folder.resolve("sluice.toml"), "port = 1");
        ConfigurationSource source = written(read -> read == 1 ? "port = 1\nconnections_max = 7" : null);

        Configuration settled =
                new SettledRead(source, Configuration.DEFAULT).content().configuration();

        assertThat(settled.get(ListenTable.CONNECTIONS_MAX)).isEqualTo(7);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void refusesAFileThatNeverSettles() {
        write(folder.resolve("sluice.toml"), "port = 1");
        ConfigurationSource source = written(read -> "port = 1\n" + "#".repeat(read));

        assertThatThrownBy(() -> new SettledRead(source, Configuration.DEFAULT).content())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("sluice.toml")
                .hasMessageContaining("changes while it is read");
        assertThat(reads).isEqualTo(5);
    }
}
