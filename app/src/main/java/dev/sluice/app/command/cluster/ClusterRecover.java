package dev.sluice.app.command.cluster;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.LogAccess;
import dev.sluice.app.cli.Output;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.server.stats.ServerClock;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.folder.CannotOpenException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice cluster recover`: continues with one node of a cluster whose majority is lost for good.
@Command(
        description = "Continue with one stopped node's folder if the majority of the nodes is lost for good.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Turns it into the folder of a single hub, under a new epoch: readers ahead of it get a gap.",
            "Take the node with the highest index in 'sluice cluster status'. Never start the other folders.",
            "",
            "  sluice cluster recover --config node2.toml --yes",
        })
final class ClusterRecover implements Callable<Integer> {
    private final Output out;

    @Mixin
    private final LogAccess log;

    @Option(names = "--yes", description = "The other nodes are lost, and so are the events that this one lacks.")
    private boolean isConfirmed;

    ClusterRecover(CommandContext context, Output out) {
        this.out = out;
        log = new LogAccess(context);
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        if (!isConfirmed) {
            throw new CommandException(
                    Exit.USAGE,
                    "Other nodes may have continued, and the events that this one lacks are lost: add --yes if they are lost for good.");
        }
        var configuration = log.configuration();
        var path = log.folder(configuration);
        var clock = ServerClock.system().wall();
        var folder = configuration
                .storage(RocksLog.builder(path).clock(clock))
                .keepRecordedRules()
                .replica();
        try {
            ClusterLog.detach(folder, clock, true);
        } catch (CannotOpenException reason) {
            throw LogAccess.failure(reason, path);
        }
        out.line("The log in '" + path
                + "' is that of a single hub. Start it without [cluster], or with 'nodes' that has only its"
                + " own address, as the first node of a new cluster.");
        return 0;
    }
}
