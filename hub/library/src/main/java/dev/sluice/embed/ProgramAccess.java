package dev.sluice.embed;

import dev.sluice.config.AccessTables;
import dev.sluice.config.Configuration;
import dev.sluice.config.GrantEntry;
import dev.sluice.config.KeyEntry;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.ListenEntry;
import dev.sluice.config.TlsFiles;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.embed.reload.ConfiguredAccess;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.stats.ServerClock;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The keys, grants and addresses that a program sets in its code, and the resulting filter.
final class ProgramAccess {
    private static final System.Logger LOG = System.getLogger(ProgramAccess.class.getName());

    private final List<KeyEntry> keys = new ArrayList<>();
    private final List<GrantEntry> grants = new ArrayList<>();
    private final List<ListenEntry> listens = new ArrayList<>();

    void key(String kid, Map<String, ?> settings) {
        if (keys.stream().anyMatch(key -> key.kid().equals(kid))) {
            throw new IllegalArgumentException(
                    "key: there already is a key '" + kid + "': give each a name of its own.");
        }
        KeyEntry added = KeyEntry.of(kid, settings);
        for (KeyEntry before : keys) {
            added.adviceBehind(before).ifPresent(advice -> {
                throw new IllegalArgumentException("key: '%s' takes all client certificates, so '%s' gets none: %s"
                        .formatted(before.kid(), kid, advice));
            });
        }
        keys.add(added);
    }

    void grant(String to, Map<String, ?> settings) {
        grants.add(GrantEntry.of(to, settings));
    }

    void listen(Map<String, ?> settings) {
        listens.add(ListenEntry.of(settings));
    }

    /// @throws IllegalStateException if there are keys or grants
    void requireNone() {
        if (keys.isEmpty() && grants.isEmpty()) return;
        throw new IllegalStateException("authorizer: keys and grants decide already; remove one of them.");
    }

    /// @throws InvalidConfigurationException if a grant matches no caller
    Configuration addedTo(Configuration given) throws InvalidConfigurationException {
        if (keys.isEmpty() && grants.isEmpty() && listens.isEmpty()) return given;
        AccessTables tables = new AccessTables(keys, grants);
        if (!tables.unreachable().isEmpty()) throw new InvalidConfigurationException(tables.unreachable());
        return given.with(tables, listens);
    }

    /// Reads the files, and creates the filter; empty if there are neither keys nor grants.
    ///
    /// @throws InvalidConfigurationException if a file or variable is missing or unsuitable
    Optional<AccessFilter> filter(Configuration configuration) throws InvalidConfigurationException {
        ServerClock clock = ServerClock.system();
        if (!listens.isEmpty()) {
            TlsFiles.check(configuration, clock.wall().instant()).forEach(ProgramAccess::warn);
        }
        if (keys.isEmpty() && grants.isEmpty()) return Optional.empty();
        KeyFiles files = KeyFiles.read(configuration.access(), configuration.folder(), System.getenv());
        files.warnings().forEach(ProgramAccess::warn);
        configuration.access().warnings().forEach(ProgramAccess::warn);
        return Optional.of(ConfiguredAccess.filter(configuration, files, clock));
    }

    private static void warn(String warning) {
        LOG.log(Level.WARNING, warning);
    }
}
