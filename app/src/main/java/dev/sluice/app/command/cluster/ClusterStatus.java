package dev.sluice.app.command.cluster;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.cluster.ClusterOperator;
import dev.sluice.core.cluster.ClusterReport;
import dev.sluice.core.cluster.NodeReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `sluice cluster status`: lists the nodes of a cluster.
@Command(
        description = "List the nodes of a cluster: which one leads, and how far each has come.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Reads [cluster] of a node's configuration. Exits with 2 if there is no leader, or a node is missing",
            "or not as it should be.",
            "",
            "  sluice cluster status --config node1.toml",
            "  sluice cluster status --json | jq '.nodes[] | select(.problem)'",
        })
final class ClusterStatus implements Callable<Integer> {
    private static final List<String> HEADER =
            List.of("NODE", "ID", "ROLE", "TERM", "COMMIT", "APPLIED", "LAG", "STATE");

    private final Output out;

    @Mixin
    private final ClusterAccess cluster;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean isJson;

    ClusterStatus(CommandContext context, Output out) {
        this.out = out;
        cluster = new ClusterAccess(context);
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        ClusterReport report = cluster.ask(ClusterOperator::report);
        if (isJson) out.line(json(report));
        else table(report).forEach(out::line);
        List<String> faults = report.faults();
        if (!faults.isEmpty()) throw new CommandException(Exit.FAULTY, String.join("; ", faults));
        return 0;
    }

    private static List<String> table(ClusterReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        report.nodes().forEach(each -> rows.add(row(each)));
        var format = "%-" + width(rows, 0) + "s  %-" + width(rows, 1) + "s  %-" + width(rows, 2) + "s  %"
                + width(rows, 3) + "s  %" + width(rows, 4) + "s  %" + width(rows, 5) + "s  %" + width(rows, 6)
                + "s  %s";
        return rows.stream()
                .map(row -> String.format(Locale.ROOT, format, row.toArray()))
                .toList();
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
    }

    private static List<String> row(NodeReport node) {
        boolean hasBegun = node.role() != null;
        return List.of(
                Messages.printable(node.address()),
                node.id() == null ? "-" : Messages.printable(node.id()),
                role(node),
                hasBegun ? Long.toString(node.term()) : "-",
                hasBegun ? Long.toString(node.commit()) : "-",
                hasBegun ? Long.toString(node.applied()) : "-",
                node.lag() < 0 ? "-" : Long.toString(node.lag()),
                node.problem() == null ? "ok" : Messages.printable(node.problem()));
    }

    private static String role(NodeReport node) {
        return node.role() == null ? "-" : node.role().name().toLowerCase(Locale.ROOT);
    }

    private static String json(ClusterReport report) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("ok", report.faults().isEmpty());
        fields.put("nodes", report.nodes().stream().map(ClusterStatus::fields).toList());
        fields.put("faults", report.faults());
        return JsonMapper.shared().writeValueAsString(fields);
    }

    private static Map<String, @Nullable Object> fields(NodeReport node) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("address", node.address());
        if (node.id() != null) fields.put("id", node.id());
        fields.put("member", node.isMember());
        if (node.role() != null) {
            fields.put("role", role(node));
            fields.put("term", node.term());
            fields.put("commit", node.commit());
            fields.put("applied", node.applied());
        }
        if (node.lag() >= 0) fields.put("lag", node.lag());
        if (node.problem() != null) fields.put("problem", node.problem());
        return fields;
    }
}
