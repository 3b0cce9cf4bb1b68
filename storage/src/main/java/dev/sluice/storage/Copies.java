package dev.sluice.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How another process gets a copy of a log that is in use. It must be able to write to the log's folder, as whoever
/// can may do anything with the log anyway; nothing has to listen, and the log writes nowhere but into its own folder.
///
/// ```
/// copies/lock     held by the one who asks; what it leaves when it dies, the next removes
/// copies/wanted   made by who asks; the log removes it when it is done
/// copies/log/     the copy: made by the log, removed by who asked
/// copies/failed   or else, why not
/// ```
final class Copies {
    static final String FOLDER = "copies";

    private final Path folder;
    private final Engine engine;

    Copies(Path folder, Engine engine) {
        this.folder = folder.resolve(FOLDER);
        this.engine = engine;
    }

    static Path lock(Path copies) {
        return copies.resolve("lock");
    }

    static Path wanted(Path copies) {
        return copies.resolve("wanted");
    }

    static Path made(Path copies) {
        return copies.resolve("log");
    }

    static Path failed(Path copies) {
        return copies.resolve("failed");
    }

    /// Makes the copy that is wanted, if one is. Blocks.
    void make() {
        Path wanted = wanted(folder);
        if (!Files.exists(wanted)) return;
        try {
            try {
                engine.copyTo(made(folder));
            } catch (LogUnavailable failed) {
                Files.writeString(failed(folder), String.valueOf(failed.getMessage()));
            }
            Files.deleteIfExists(wanted);
        } catch (IOException failed) {
            throw new LogUnavailable("'" + wanted + "' can't be answered: " + failed, failed);
        }
    }
}
