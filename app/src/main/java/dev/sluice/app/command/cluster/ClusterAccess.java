package dev.sluice.app.command.cluster;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.config.ConfigurationReader;
import dev.sluice.config.ClusterTable;
import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.cluster.ClusterOperator;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.ClusterSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options `--config` and `--set`, which select a cluster in the same way as `serve` does, and access to its nodes.
final class ClusterAccess {
    private final CommandContext context;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file of a node; default: SLUICE_CONFIG, then sluice.toml in this folder.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set any setting, by its key in the file. Repeatable.")
    private List<String> assignments = List.of();

    ClusterAccess(CommandContext context) {
        this.context = context;
    }

    /// A request to the nodes.
    interface Request<T> {
        T of(ClusterOperator operator) throws IOException, InterruptedException;
    }

    /// Sends the request to the nodes.
    ///
    /// @throws CommandException if they do not answer, or refuse
    <T> T ask(Request<T> request) throws InvalidConfigurationException {
        try (ClusterOperator operator = ClusterLog.operator(settings())) {
            return request.of(operator);
        } catch (ClusterRejectedException refused) {
            throw new CommandException(Exit.REFUSED, CommandException.messageOf(refused));
        } catch (IOException failed) {
            String message = CommandException.messageOf(failed);
            throw new CommandException(
                    Exit.UNAVAILABLE, message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1) + ".");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandException(Exit.INTERRUPTED, "Interrupted before the nodes had answered.");
        }
    }

    /// A change of a node.
    interface Change {
        /// @param node the node's address or id
        void by(ClusterOperator operator, String node) throws IOException, InterruptedException;
    }

    /// Makes the cluster change a node, and prints the result.
    ///
    /// @param result the rest of the sentence about the node
    /// @return the exit code
    int change(String node, Change change, Output out, String result) throws InvalidConfigurationException {
        ask(operator -> {
            change.by(operator, node);
            return node;
        });
        out.line(Messages.printable(node) + result);
        return 0;
    }

    private ClusterSettings settings() throws InvalidConfigurationException {
        return ClusterTable.settings(configuration(), context.folder())
                .orElseThrow(() -> new CommandException(
                        Exit.CONFIG,
                        "No cluster is configured here: name the configuration of a node with --config, whose [cluster]"
                                + " has 'nodes' and 'token_file'."));
    }

    private Configuration configuration() throws InvalidConfigurationException {
        Flags flags = HubAccess.typed(() -> {
            Flags all = Flags.NONE;
            for (var assignment : assignments) all = all.with("--set", assignment);
            return all;
        });
        return new ConfigurationReader(context.folder(), context.environment(), file).read(flags);
    }
}
