package dev.sluice.app.command;

import dev.sluice.app.config.Configuration;
import dev.sluice.app.config.Flags;
import dev.sluice.app.config.InvalidConfiguration;
import dev.sluice.app.config.StorageTable;
import dev.sluice.storage.CannotOpen;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options `--data` and `--config`: the folder of a hub's log, found as `serve` finds it.
final class LogAccess {
    private final Surroundings surroundings;

    @Option(names = "--data", paramLabel = "FOLDER", description = "The hub's log; ./data unless told otherwise.")
    private @Nullable String data;

    @Option(names = "--config", paramLabel = "FILE", description = "Read this file, not sluice.toml in this folder.")
    private @Nullable Path file;

    LogAccess(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Configuration configuration() throws InvalidConfiguration {
        var flags =
                HubAccess.typed(() -> data == null ? Flags.NONE : Flags.NONE.with(StorageTable.FOLDER, "--data", data));
        return Configuration.read(surroundings.folder(), file).overriddenBy(flags);
    }

    Path folder(Configuration configuration) {
        return resolve(configuration.get(StorageTable.FOLDER));
    }

    /// A path as it was typed.
    Path resolve(String path) {
        return surroundings.folder().resolve(path);
    }

    static Failure failure(CannotOpen reason) {
        var said = Failure.said(reason);
        if (reason.reason() == CannotOpen.Reason.DAMAGED)
            said += " See 'sluice restore --help', and 'sluice serve --salvage'.";
        return new Failure(code(reason.reason()), said, reason);
    }

    private static int code(CannotOpen.Reason reason) {
        return switch (reason) {
            case IN_USE -> Exit.UNAVAILABLE;
            case NO_ACCESS, NO_ROOM, NEWER_FORMAT, TOO_LARGE -> Exit.CONFIG;
            case DAMAGED -> Exit.IO;
            case NO_LOG -> Exit.NO_INPUT;
            case NOT_EMPTY -> Exit.CANT_CREATE;
        };
    }
}
