package dev.sluice.app.command;

import dev.sluice.app.config.InvalidConfiguration;
import dev.sluice.storage.Backup;
import dev.sluice.storage.CannotOpen;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sluice backup`: a copy of a log, whether or not a hub runs on it.
@Command(
        description = "Copy a hub's log as it is now, while the hub goes on.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Run it where the hub runs, as the user who owns the log. It asks the hub through the folder.",
            "",
            "  sluice backup /mnt/backups/monday",
            "  sluice restore /mnt/backups/monday --data other",
        })
final class TakeBackup implements Callable<Integer> {
    private final Output out;

    @Parameters(paramLabel = "TO", description = "A folder that is empty or does not exist.")
    private String to = "";

    @Mixin
    private final LogAccess log;

    TakeBackup(Surroundings surroundings, Output out) {
        this.out = out;
        log = new LogAccess(surroundings);
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        var folder = log.folder(log.configuration());
        try {
            Backup.take(folder, log.resolve(to));
        } catch (CannotOpen reason) {
            throw LogAccess.failure(reason);
        } catch (InterruptedException reason) {
            throw new Failure(Exit.INTERRUPTED, "Interrupted. What is in '" + to + "' is no backup.", reason);
        }
        out.line("'" + to + "' has a copy of the log in '" + folder + "'");
        return 0;
    }
}
