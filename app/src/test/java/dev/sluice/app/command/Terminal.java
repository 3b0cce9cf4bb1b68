package dev.sluice.app.command;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// Runs commands within this process, as a shell would.
record Terminal(Path folder, Map<String, String> environment) {
    private static final Path NOWHERE = Path.of("target/no-such-folder");

    /// What a command that has ended leaves.
    record Ended(int exitCode, String out, String err) {}

    /// In a folder without a configuration.
    static Terminal plain() {
        return new Terminal(NOWHERE, Map.of());
    }

    /// With a hub that commands find by themselves.
    static Terminal at(TestHub hub) {
        return new Terminal(NOWHERE, Map.of("SLUICE_URL", hub.url()));
    }

    /// Runs to the end, with nothing on the standard input.
    Ended run(String... args) {
        return runWith("", args);
    }

    Ended runWith(String in, String... args) {
        try (var running = start(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), args)) {
            return running.awaitEnd();
        }
    }

    /// Runs on a thread of its own.
    Running start(InputStream in, String... args) {
        return new Running(this, in, args);
    }

    /// With nothing on the standard input.
    Running start(String... args) {
        return start(InputStream.nullInputStream(), args);
    }
}
