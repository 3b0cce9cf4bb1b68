package dev.sluice.app.command.run;

import dev.sluice.app.cli.OptionTable;
import dev.sluice.config.Flags;
import dev.sluice.config.ListenTable;
import dev.sluice.config.SecurityTable;
import dev.sluice.config.StorageTable;
import dev.sluice.config.setting.Setting;
import java.util.LinkedHashMap;
import java.util.Map;

/// The flags of commands that run a hub.
final class HubOptions {
    private static final String SALVAGE = "--salvage";
    private static final String ALONE = "--alone";
    private static final String SET = "--set";

    private final OptionTable table = new OptionTable();

    /// The flags that set one setting each.
    private final Map<String, Setting<?>> settings = new LinkedHashMap<>();

    HubOptions() {
        value(ListenTable.HOST, "--host", "ADDRESS", "Listen on this address; default: 127.0.0.1.");
        value(ListenTable.PORT, "--port", "PORT", "Listen on this port; default: 8420. 0 takes a free one.");
        value(StorageTable.DATA, "--data", "FOLDER", "The folder of the log; default: ./data.");
        flag(StorageTable.MEMORY, "--memory", "Keep the log only in memory: it is lost when the hub ends.");
        table.flag(
                SALVAGE, "Check the log first; if it is damaged, keep what can be read and turn the rest into gaps.");
        table.flag(
                ALONE,
                "Without [cluster], on the folder of a cluster's node: continue alone although others may have"
                        + " continued. Events that it lacks are lost.");
        flag(
                ListenTable.TLS_DEV,
                "--tls-dev",
                "Serve HTTPS with a certificate for this machine, made for development; the first line of the output"
                        + " names the authority to trust.");
        flag(
                SecurityTable.INSECURE,
                "--insecure",
                "Without keys and grants: let everybody who can reach the hub read, publish and delete, on any"
                        + " interface.");
        flag(
                SecurityTable.BEHIND_PROXY,
                "--behind-proxy",
                "Accept requests from a proxy: without keys and grants, everybody who reaches the proxy may then read,"
                        + " publish and delete.");
        repeatable(
                SecurityTable.ORIGINS,
                "--origin",
                "ORIGIN",
                "Let pages of this origin use the hub, such as https://shop.example.");
        repeatable(
                SecurityTable.ALLOW_HOSTS,
                "--allow-host",
                "NAME",
                "Accept requests under this name, such as hub.example, or '*' for any.");
        flag(
                ListenTable.DEMOS,
                "--demos",
                "Serve the demos at /demos/ also on a hub that others can reach; on loopback they are the default.");
        flag(
                ListenTable.DOCTOR,
                "--doctor",
                "Answer 'sluice doctor' and /doctor/ also on a hub that others can reach; on loopback it is the"
                        + " default.");
        table.repeatable(SET, "KEY=VALUE", "Set any other setting, by its key in the file.");
    }

    private void flag(Setting<?> setting, String name, String description) {
        settings.put(name, setting);
        table.flag(name, description);
    }

    private void value(Setting<?> setting, String name, String label, String description) {
        settings.put(name, setting);
        table.value(name, label, description);
    }

    private void repeatable(Setting<?> setting, String name, String label, String description) {
        settings.put(name, setting);
        table.repeatable(name, label, description);
    }

    /// The table that reads the flags, to which a command adds its own options.
    OptionTable table() {
        return table;
    }

    /// Returns true if the log must be checked first, and the readable part of a damaged one kept.
    boolean isSalvaging() {
        return table.has(SALVAGE);
    }

    /// Returns true if a node of a cluster continues alone, whatever the other nodes do.
    boolean isAlone() {
        return table.has(ALONE);
    }

    /// Returns the settings that were given.
    Flags flags() {
        var flags = Flags.NONE;
        for (var assignment : table.values(SET)) flags = flags.with(SET, assignment);
        for (var each : settings.entrySet()) {
            for (var value : table.values(each.getKey())) flags = flags.with(each.getValue(), each.getKey(), value);
        }
        return flags;
    }
}
