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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice restore`: restores a backup as a hub's log.
@Command(
        description = "Restore a backup as the log of a hub that is not running.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Ids in the backup stay valid. Readers that have seen events after it get a gap.",
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
            description = "Move an existing log to this folder. Without this option, an existing log is an error.")
    private @Nullable String moveTo;

    @Mixin
    private final LogAccess log;

    RestoreBackup(CommandContext context, Output out) {
        this.out = out;
        log = new LogAccess(context);
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        var folder = log.folder(log.configuration());
        try {
            Backup.restore(log.resolve(from), folder, moveTo == null ? null : log.resolve(moveTo));
            Sense.copyDatabase(log.resolve(from), folder);
        } catch (CannotStartSenseException reason) {
            throw new CommandException(Exit.IO, CommandException.messageOf(reason), reason);
        } catch (CannotOpenException reason) {
            throw LogAccess.failure(reason, folder);
        }
        out.line("'" + folder + "' has the log of '" + from + "', which continues in a new epoch");
        return 0;
    }
}
