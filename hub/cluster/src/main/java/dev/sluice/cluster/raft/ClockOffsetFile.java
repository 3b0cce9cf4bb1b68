package dev.sluice.cluster.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The file `clock` in a node's folder: the number of milliseconds by which the order's time was ahead of the
/// machine's clock. It is not synced: after a power failure, the machine's clock counts.
final class ClockOffsetFile implements OrderClock.Offset {
    private static final System.Logger LOG = System.getLogger(ClockOffsetFile.class.getName());
    private static final String NAME = "clock";

    private final Path file;
    private long ms;

    /// @throws IOException if it can't be read
    ClockOffsetFile(Path folder) throws IOException {
        file = folder.resolve(NAME);
        ms = Files.exists(file) ? parse(Files.readString(file)) : 0;
    }

    private static long parse(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException _) {
            return 0; // Torn by a power failure.
        }
    }

    @Override
    public long read() {
        return ms;
    }

    @Override
    public void write(long next) {
        ms = next;
        try {
            Path written = Files.writeString(file.resolveSibling(NAME + ".next"), next + "\n");
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "the clock difference can't be saved: " + failed);
        }
    }
}
