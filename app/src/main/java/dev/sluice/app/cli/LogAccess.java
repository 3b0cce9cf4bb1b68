package dev.sluice.app.cli;

import dev.sluice.app.config.ConfigurationReader;
import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.config.StorageTable;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options `--data` and `--config`, which select a log's folder in the same way as `serve` does.
public final class LogAccess {
    /// The file in the folder of a cluster's node that identifies it.
    private static final String NODE = "node";

    /// The folder in it that its hub has made.
    private static final String DATABASE = "db";

    private static final String ROOT = "root";

    private final CommandContext context;

    @Option(names = "--data", paramLabel = "FOLDER", description = "The hub's log; default: ./data.")
    private @Nullable String data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file; default: SLUICE_CONFIG, then sluice.toml in this folder.")
    private @Nullable Path file;

    public LogAccess(CommandContext context) {
        this.context = context;
    }

    public Configuration configuration() throws InvalidConfigurationException {
        var flags =
                HubAccess.typed(() -> data == null ? Flags.NONE : Flags.NONE.with(StorageTable.DATA, "--data", data));
        return new ConfigurationReader(context.folder(), context.environment(), file).read(flags);
    }

    /// Returns the folder of the log.
    ///
    /// @throws CommandException if it [may not be used][#requireOwner]
    public Path folder(Configuration configuration) {
        var folder = resolve(configuration.get(StorageTable.DATA));
        requireOwner(folder);
        return folder;
    }

    /// Refuses to work as root in the folder of another user: files that root creates there keep the hub out,
    /// which runs as that user.
    public static void requireOwner(Path folder) {
        if (!ROOT.equals(System.getProperty("user.name")) || !Files.exists(folder)) return;
        var database = folder.resolve(DATABASE);
        String owner;
        try {
            // A hub that runs as root, as in a container, may have a volume of another user.
            owner = Files.getOwner(Files.exists(database) ? database : folder).getName();
        } catch (IOException failed) {
            throw new CommandException(
                    Exit.CONFIG, "The owner of '" + folder + "' can't be found out: " + failed + ".", failed);
        }
        if (owner.equals(ROOT)) return;
        var user = owner.matches("[0-9]+") ? "'#" + owner + "'" : owner;
        throw new CommandException(
                Exit.CONFIG,
                "The log in '" + folder + "' belongs to " + owner + ", who could not use what root leaves there: run"
                        + " this as its owner (sudo -u " + user + " sluice ...).");
    }

    /// Resolves a path from the command line.
    public Path resolve(String path) {
        return context.folder().resolve(path);
    }

    /// @param folder the folder of the log that can't be opened
    public static CommandException failure(CannotOpenException reason, Path folder) {
        var message = CommandException.messageOf(reason);
        if (reason.reason() == OpenFailure.DAMAGED) message += advice(folder);
        return new CommandException(code(reason.reason()), message, reason);
    }

    private static String advice(Path folder) {
        return Files.exists(folder.resolve(NODE))
                ? " If other nodes of its cluster are up, start it with an empty folder (storage.data): it gets a copy of"
                        + " theirs. Otherwise see 'sluice serve --salvage'."
                : " See 'sluice restore --help', and 'sluice serve --salvage'.";
    }

    private static int code(OpenFailure reason) {
        return switch (reason) {
            case IN_USE -> Exit.UNAVAILABLE;
            case NO_ACCESS, NEWER_FORMAT, OF_CLUSTER, TOO_LARGE -> Exit.CONFIG;
            case NO_ROOM, DISK_FAILED, DAMAGED -> Exit.IO; // Service managers try again: it may pass.
            case NO_LOG -> Exit.NO_INPUT;
            case NOT_EMPTY -> Exit.CANT_CREATE;
        };
    }
}
