package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.LogAccess;
import dev.sluice.app.cli.Output;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.sense.CannotStartSenseException;
import dev.sluice.sense.Sense;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.repair.Backup;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sluice backup`: copies a log, whether or not a hub is using it.
@Command(
        description = "Copy the current state of a hub's log, while the hub keeps running.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Run it on the hub's machine, as the owner of the log. The hub gets the request through the folder.",
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

    TakeBackup(CommandContext context, Output out) {
        this.out = out;
        log = new LogAccess(context);
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        var folder = log.folder(log.configuration());
        boolean hasSense;
        try {
            Backup.take(folder, log.resolve(to));
            hasSense = Sense.copyDatabase(folder, log.resolve(to));
        } catch (CannotOpenException reason) {
            throw LogAccess.failure(reason, folder);
        } catch (CannotStartSenseException reason) {
            throw new CommandException(Exit.IO, CommandException.messageOf(reason), reason);
        } catch (InterruptedException reason) {
            throw new CommandException(
                    Exit.INTERRUPTED, "Interrupted. The files in '" + to + "' are not a backup.", reason);
        }
        out.line("'" + to + "' has a copy of the log " + (hasSense ? "and of Sense's database " : "") + "in '" + folder
                + "'");
        return 0;
    }
}
