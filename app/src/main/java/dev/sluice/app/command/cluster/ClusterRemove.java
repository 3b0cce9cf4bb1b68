package dev.sluice.app.command.cluster;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.Output;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.cluster.ClusterOperator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sluice cluster remove`: removes a node from a cluster.
@Command(
        description = "Remove a node from a cluster, whether it is up or not.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "A node that is up stops. It can come back only with an empty folder. Refused (1) if the nodes that",
            "are left would have no majority.",
            "",
            "  sluice cluster remove --config node1.toml 127.0.0.1:9440",
        })
final class ClusterRemove implements Callable<Integer> {
    private final Output out;

    @Mixin
    private final ClusterAccess cluster;

    @Parameters(paramLabel = "NODE", description = "The node's address or id, as 'sluice cluster status' prints it.")
    private String node = "";

    ClusterRemove(CommandContext context, Output out) {
        this.out = out;
        cluster = new ClusterAccess(context);
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        return cluster.change(node, ClusterOperator::remove, out, " no longer belongs to the cluster.");
    }
}
