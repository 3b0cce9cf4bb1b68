package dev.sluice.sense;

import dev.sluice.Sluice;
import java.nio.file.Path;

/// Sense on a hub in a process of its own, which a test kills.
final class SenseProgram {
    private SenseProgram() {}

    /// @param arguments the folder with `sense.toml`
    static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        try (var hub = Sluice.inMemory().port(0);
                var sense = Sense.on(hub, new SenseOptions(folder.resolve("sense.db"), folder.resolve("sense.toml")))) {
            hub.start();
            sense.start();
            hub.await();
        }
    }
}
