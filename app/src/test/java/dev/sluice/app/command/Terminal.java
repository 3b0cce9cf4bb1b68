package dev.sluice.app.command;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs commands in this process, as a shell would.
public record Terminal(Path folder, Map<String, String> environment) {
    private static final Path NOWHERE = Path.of("target/no-such-folder");

    /// The result of a command.
    public record Ended(int exitCode, String out, String err) {}

    /// A terminal in a folder without a configuration.
    public static Terminal plain() {
        return new Terminal(NOWHERE, Map.of());
    }

    /// A terminal whose environment names a hub.
    public static Terminal at(TestHub hub) {
        return new Terminal(NOWHERE, Map.of("SLUICE_URL", hub.url()));
    }

    /// Runs a command to its end, with empty standard input.
    public Ended run(String... args) {
        return runWith("", args);
    }

    Ended runWith(String in, String... args) {
        try (var running = start(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), args)) {
            return running.awaitEnd();
        }
    }

    /// Starts a command on its own thread.
    Running start(InputStream in, String... args) {
        return new Running(this, false, in, args);
    }

    /// Starts a command for a person who types.
    Running startTyped(String... args) {
        return new Running(this, true, InputStream.nullInputStream(), args);
    }

    /// Starts a command with empty standard input. A hub refuses no request because the machine is busy.
    public Running start(String... args) {
        var all = new ArrayList<>(List.of(args));
        if (args[0].equals("serve")) all.addAll(1, List.of("--set", "limits.loop_delay_max=10m"));
        return start(InputStream.nullInputStream(), all.toArray(String[]::new));
    }
}
