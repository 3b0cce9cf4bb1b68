package dev.sluice.app.command;

import dev.sluice.app.config.InvalidConfiguration;
import dev.sluice.storage.Backup;
import dev.sluice.storage.CannotOpen;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice restore`: a backup becomes a hub's log.
@Command(
        description = "Make a backup the log of a hub that does not run.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Ids of the backup stay good. Readers who saw what came behind it are told of a gap.",
            "",
            "  sluice restore /mnt/backups/monday",
            "  sluice restore /mnt/backups/monday --move-to data.damaged",
        })
final class RestoreBackup implements Callable<Integer> {
    private final Output out;

    @Parameters(paramLabel = "FROM", description = "A folder that 'sluice backup' made.")
    private String from = "";

    @Option(
            names = "--move-to",
            paramLabel = "FOLDER",
            description = "Move the log that is there now to this folder. Without it, one that is there is an error.")
    private @Nullable String moveTo;

    @Mixin
    private final LogAccess log;

    RestoreBackup(Surroundings surroundings, Output out) {
        this.out = out;
        log = new LogAccess(surroundings);
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        var folder = log.folder(log.configuration());
        try {
            Backup.restore(log.resolve(from), folder, moveTo == null ? null : log.resolve(moveTo));
        } catch (CannotOpen reason) {
            throw LogAccess.failure(reason);
        }
        out.line("'" + folder + "' has the log of '" + from + "', and will go on under a new epoch");
        return 0;
    }
}
