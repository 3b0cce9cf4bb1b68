package dev.sluice.config;

import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.server.tls.DevelopmentCertificate;
import dev.sluice.server.tls.InvalidCertificateException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The certificate that `tls_dev` asks for: for `localhost`, loopback, this machine's name and `host`.
public final class DevelopmentTls {
    private static final String FOLDER = "tls-dev";
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /// Certificates permit no other characters in names (RFC 5280 §4.2.1.6), such as `_`, which names of
    /// machines may have.
    private static final Pattern NAME =
            Pattern.compile("(?!.{254})[a-z0-9]([a-z0-9-]{0,62})(\\.[a-z0-9]([a-z0-9-]{0,62}))*");

    private DevelopmentTls() {}

    /// Creates the certificate if `tls_dev` is set, or finds an earlier one. Blocks.
    ///
    /// @return the configuration with it
    /// @throws InvalidConfigurationException if its folder is unusable
    public static Configuration prepare(Configuration configuration, Map<String, String> environment, Instant now)
            throws InvalidConfigurationException {
        if (!configuration.get(ListenTable.TLS_DEV)) return configuration;
        return configuration.with(make(configuration, environment, now));
    }

    /// Creates the certificate, or finds an earlier one, whether the hub uses it or not. Blocks.
    ///
    /// @throws InvalidConfigurationException if its folder is unusable
    public static DevelopmentCertificate make(Configuration configuration, Map<String, String> environment, Instant now)
            throws InvalidConfigurationException {
        var folder = folder(configuration, environment).toAbsolutePath().normalize();
        var names = names(configuration.get(ListenTable.HOST));
        try {
            return DevelopmentCertificate.in(folder, now, names);
        } catch (InvalidCertificateException damaged) {
            throw fault(configuration, damaged.getMessage() + " Delete it, then clients need to trust a new one.");
        } catch (IOException failed) {
            throw fault(configuration, "The folder '%s' can't be written: %s.".formatted(folder, failed));
        }
    }

    private static InvalidConfigurationException fault(Configuration configuration, String message) {
        var source = configuration.values().value(ListenTable.TLS_DEV).source();
        return new InvalidConfigurationException(List.of(source.fault(message)));
    }

    /// Without a data folder it is in the user's cache. A folder for temporary files would be unsafe: other
    /// users could have created it first, with their own authority.
    private static Path folder(Configuration configuration, Map<String, String> environment) {
        if (!configuration.get(StorageTable.MEMORY)) {
            return configuration
                    .folder()
                    .resolve(configuration.get(StorageTable.DATA))
                    .resolve(FOLDER);
        }
        var cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        var base = Path.of(cache).isAbsolute() ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("sluice").resolve(FOLDER);
    }

    private static List<String> names(String host) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        var others = new ArrayList<>(List.of(host));
        machineName().ifPresent(others::add);
        for (var each : others) {
            var name = each.toLowerCase(Locale.ROOT).replaceFirst("%.*", ""); // Without the local zone of an address.
            if (isName(name)) names.add(name);
        }
        return List.copyOf(names);
    }

    private static Optional<String> machineName() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException nameless) {
            return Optional.empty();
        }
    }

    /// Returns true if clients can use the name; they can't use the address of all interfaces.
    private static boolean isName(String name) {
        if (!NUMERIC.matcher(name).matches()) return NAME.matcher(name).matches();
        try {
            return !InetAddress.ofLiteral(name).isAnyLocalAddress();
        } catch (IllegalArgumentException noAddress) {
            return false; // The listener refuses it.
        }
    }
}
