package dev.sluice.app.command.cluster;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.Output;
import dev.sluice.server.stats.ServerClock;
import dev.sluice.server.tls.InvalidCertificateException;
import dev.sluice.server.tls.NodeAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice cluster certs`: makes the certificates for TLS between nodes.
@Command(
        description = "Make certificates for TLS between nodes: an authority, and a pair of files for each node.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "An authority that the folder has signs again: for further nodes, and for new certificates once the",
            "old files are moved away, as nothing is overwritten. No node needs its key, ca.key.",
            "",
            "  sluice cluster certs --out certs 10.0.0.1 10.0.0.2 10.0.0.3",
        })
final class ClusterCerts implements Callable<Integer> {
    private static final int DAYS = 730;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|.*:.*");

    private final CommandContext context;
    private final Output out;

    @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "The folder for the files.")
    private Path folder = Path.of("");

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "" + DAYS,
            description = "How long the nodes' certificates are valid; default: ${DEFAULT-VALUE}.")
    private int days = DAYS;

    @Parameters(
            paramLabel = "HOST",
            arity = "1..*",
            description = "The host of each node, as in 'cluster.nodes', without its port.")
    private List<String> hosts = List.of();

    ClusterCerts(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
    }

    @Override
    public Integer call() {
        List<String> names = hosts.stream().map(ClusterCerts::host).toList();
        Path path = context.folder().resolve(folder);
        Instant now = ServerClock.system().wall().instant().truncatedTo(ChronoUnit.SECONDS);
        Instant until = now.plus(Duration.ofDays(days));
        requireDays(now, now.plus(NodeAuthority.AUTHORITY_TIME)); // Checked before an authority is created.
        try {
            var authority = NodeAuthority.in(path, now);
            requireDays(now, authority.validUntil());
            List<NodeAuthority.Pair> pairs = authority.issue(names, now, Duration.between(now, until));
            print(authority, pairs, until);
            return 0;
        } catch (FileAlreadyExistsException there) {
            throw new CommandException(
                    Exit.CANT_CREATE,
                    "'%s' is there, and nothing is overwritten: move it away first.".formatted(there.getMessage()));
        } catch (InvalidCertificateException damaged) {
            throw new CommandException(Exit.NO_INPUT, "The authority can't be used: " + damaged.getMessage());
        } catch (IOException failed) {
            throw new CommandException(Exit.IO, "'" + path + "' can't be written: " + failed);
        }
    }

    private static String host(String given) {
        String host = given.toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        if (isHost(host) && !host.equals("ca")) return host;
        throw new CommandException(
                Exit.USAGE, "HOST takes a name or an address such as 10.0.0.1, without a port, not '" + given + "'.");
    }

    private static boolean isHost(String host) {
        if (!NUMERIC.matcher(host).matches()) return NAME.matcher(host).matches();
        try {
            return !host.contains("%") && !InetAddress.ofLiteral(host).isAnyLocalAddress();
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    /// No certificate outlives the authority's.
    private void requireDays(Instant now, Instant authorityUntil) {
        long remaining = Duration.between(now, authorityUntil).toDays();
        if (days >= 1 && days <= remaining) return;
        throw new CommandException(
                Exit.USAGE,
                String.format(
                        Locale.ROOT,
                        "--days takes from 1 to %,d, not %,d: the authority is valid until %s.",
                        remaining,
                        days,
                        date(authorityUntil)));
    }

    private static LocalDate date(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }

    private void print(NodeAuthority authority, List<NodeAuthority.Pair> pairs, Instant until) {
        List<String> lines = new ArrayList<>();
        lines.add("%s  the authority, for all nodes; valid until %s"
                .formatted(authority.certificate(), date(authority.validUntil())));
        lines.add("%s  its key: keep it off the nodes".formatted(authority.key()));
        for (var each : pairs) {
            lines.add("%s, %s  for one node; valid until %s"
                    .formatted(each.certificate(), each.key().getFileName(), date(until)));
        }
        lines.forEach(out::line);
        Path first = pairs.getFirst().certificate().getFileName();
        out.text("""

                On each node, with its own files:
                  [cluster]
                  certificate_file = "%s"
                  key_file = "%s"
                  ca_file = "ca.pem"
                """.formatted(first, pairs.getFirst().key().getFileName()));
    }
}
