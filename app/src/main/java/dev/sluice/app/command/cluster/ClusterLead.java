package dev.sluice.app.command.cluster;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.Output;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.cluster.ClusterOperator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sluice cluster lead`: hands leadership over to a node.
@Command(
        description = "Hand leadership over to a node. Publishes wait for some tenths of a second.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "A leader that is stopped hands over by itself. Refused (1) if the node does not vote or does not",
            "answer.",
            "",
            "  sluice cluster lead --config node1.toml 127.0.0.1:9430",
        })
final class ClusterLead implements Callable<Integer> {
    private final Output out;

    @Mixin
    private final ClusterAccess cluster;

    @Parameters(paramLabel = "NODE", description = "The node's address or id, as 'sluice cluster status' prints it.")
    private String node = "";

    ClusterLead(CommandContext context, Output out) {
        this.out = out;
        cluster = new ClusterAccess(context);
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        return cluster.change(node, ClusterOperator::lead, out, " leads.");
    }
}
