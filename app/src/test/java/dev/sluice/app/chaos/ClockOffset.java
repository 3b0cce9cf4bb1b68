package dev.sluice.app.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Runs a program with a wall clock that differs from the machine's, by libfaketime. Elapsed time (`nanoTime`) stays.
final class ClockOffset {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final Path LIBRARY = Path.of("faketime", "libfaketimeMT.so.1");

    private ClockOffset() {}

    /// Variables of the environment.
    ///
    /// @param offset as libfaketime takes it: `+30m`
    static List<String> environment(String offset) throws IOException {
        try (Stream<Path> folders = Files.list(LIBRARIES)) {
            Path library = folders.map(each -> each.resolve(LIBRARY))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new IOException("Debian's package faketime is missing"));
            return List.of(
                    "LD_PRELOAD=" + library,
                    "FAKETIME=" + offset,
                    "FAKETIME_DONT_FAKE_MONOTONIC=1",
                    // Otherwise waits for a time of the monotonic clock end at once, and the JVM keeps a core busy.
                    "FAKETIME_FORCE_MONOTONIC_FIX=0");
        }
    }
}
