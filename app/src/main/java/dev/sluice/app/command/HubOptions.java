package dev.sluice.app.command;

import dev.sluice.config.Flags;
import dev.sluice.config.ListenTable;
import dev.sluice.config.SecurityTable;
import dev.sluice.config.StorageTable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags of commands that run a hub.
final class HubOptions {
    @Option(names = "--host", paramLabel = "ADDRESS", description = "Listen on this address; default: 127.0.0.1.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Listen on this port; default: 8420. 0 takes a free one.")
    private @Nullable String port;

    @Option(names = "--data", paramLabel = "FOLDER", description = "The folder of the log; default: ./data.")
    private @Nullable String data;

    @Option(names = "--memory", description = "Keep the log only in memory: it is lost when the hub ends.")
    private boolean isInMemory;

    @Option(
            names = "--salvage",
            description = "Check the log first; if it is damaged, keep what can be read and turn the rest into gaps.")
    private boolean isSalvaging;

    @Option(
            names = "--alone",
            description =
                    "Without [cluster], on the folder of a cluster's node: go on alone although other nodes may have"
                            + " gone on. What this one lacks is lost.")
    private boolean isAlone;

    @Option(
            names = "--tls-dev",
            description = "Serve HTTPS with a certificate for this machine, made for development; the first line of"
                    + " the output names the authority to trust.")
    private boolean hasTlsDev;

    @Option(
            names = "--insecure",
            description = "Without keys and grants: let everybody who can reach the hub read, publish and delete,"
                    + " on any interface.")
    private boolean isInsecure;

    @Option(
            names = "--behind-proxy",
            description =
                    "Accept requests from a proxy: without keys and grants, everybody who reaches the proxy may then"
                            + " read, publish and delete.")
    private boolean isBehindProxy;

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            description = "Let pages of this origin use the hub, such as https://shop.example. Repeatable.")
    private List<String> origins = List.of();

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            description = "Accept requests under this name, such as hub.example, or '*' for any. Repeatable.")
    private List<String> allowHosts = List.of();

    @Option(
            names = "--demos",
            description =
                    "Serve the demos at /demos/ also on a hub that others can reach; on loopback they are the default.")
    private boolean hasDemos;

    @Option(
            names = "--doctor",
            description =
                    "Answer 'sluice doctor' and /doctor/ also on a hub that others can reach; on loopback it is the"
                            + " default.")
    private boolean hasDoctor;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set any other setting, by its key in the file. Repeatable.")
    private List<String> assignments = List.of();

    /// Whether to check the log first, and to keep what can be read of a damaged one.
    boolean isSalvaging() {
        return isSalvaging;
    }

    /// Whether a node of a cluster goes on alone, whatever the others do.
    boolean isAlone() {
        return isAlone;
    }

    /// Returns the settings that were given.
    Flags flags() {
        var flags = Flags.NONE;
        for (var assignment : assignments) flags = flags.with("--set", assignment);
        if (host != null) flags = flags.with(ListenTable.HOST, "--host", host);
        if (port != null) flags = flags.with(ListenTable.PORT, "--port", port);
        if (data != null) flags = flags.with(StorageTable.DATA, "--data", data);
        if (isInMemory) flags = flags.with(StorageTable.MEMORY, "--memory", "true");
        if (hasTlsDev) flags = flags.with(ListenTable.TLS_DEV, "--tls-dev", "true");
        if (isInsecure) flags = flags.with(SecurityTable.INSECURE, "--insecure", "true");
        if (isBehindProxy) flags = flags.with(SecurityTable.BEHIND_PROXY, "--behind-proxy", "true");
        if (hasDemos) flags = flags.with(ListenTable.DEMOS, "--demos", "true");
        if (hasDoctor) flags = flags.with(ListenTable.DOCTOR, "--doctor", "true");
        for (var origin : origins) flags = flags.with(SecurityTable.ORIGINS, "--origin", origin);
        for (var name : allowHosts) flags = flags.with(SecurityTable.ALLOW_HOSTS, "--allow-host", name);
        return flags;
    }
}
