package dev.sluice.app.command.run;

import dev.sluice.app.cli.Loopback;
import dev.sluice.config.Configuration;
import dev.sluice.config.ListenEntry;
import dev.sluice.config.ListenTable;
import dev.sluice.config.SecurityTable;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The refusals and warnings of `serve` for a hub that others can reach although no keys or grants limit its use.
final class ExposureCheck {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:-]+");

    private ExposureCheck() {}

    /// Refuses an address other than loopback, unless keys, grants or `--insecure` allow it.
    static void check(Configuration configuration) {
        if (configuration.get(SecurityTable.INSECURE) || configuration.access().isConfigured()) return;
        if (configuration.listens().isEmpty()) {
            requireLoopback(configuration.values(), ListenTable.HOST);
            requireLoopback(configuration.values(), ListenTable.ADMIN_HOST);
        }
        for (var listen : configuration.listens()) requireLoopback(listen.values(), ListenEntry.HOST);
    }

    private static void requireLoopback(Values values, Setting<String> host) {
        Loopback.require(
                values.get(host),
                () -> values.value(host).source().text(),
                "write [[key]] and [[grant]] in the configuration file, or add --insecure to allow that");
    }

    /// The warning for a hub at this address.
    static Optional<String> warning(Configuration configuration, URI uri) {
        if (configuration.access().isConfigured()) return Optional.empty(); // They apply to all clients that reach it.
        if (configuration.get(SecurityTable.INSECURE)) {
            return Optional.of("Warning: --insecure lets everybody who can reach " + uri + " read and publish.");
        }
        return configuration.get(SecurityTable.BEHIND_PROXY)
                ? Optional.of("Warning: --behind-proxy lets everybody who can reach a proxy to " + uri
                        + " read, publish and delete, as far as the proxy lets them.")
                : Optional.empty();
    }

    /// The end of the first line: a command that works when it is pasted. It is left out if it may need a
    /// key.
    static String nextStep(Configuration configuration, URI uri) {
        var access = configuration.access();
        if (access.isConfigured()) {
            return String.format(
                    Locale.ROOT,
                    "with %,d [[key]] and %,d [[grant]]",
                    access.keys().size(),
                    access.grants().size());
        }
        var trust = configuration
                .development()
                .map(made -> "--cacert " + quoted(made.authority().toString()) + " ")
                .orElse("");
        return "try: curl " + trust + "-d hello " + uri + "/channels/news";
    }

    /// A word of a shell.
    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
