package dev.sluice.config;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.config.setting.Values;
import dev.sluice.server.net.Listener;
import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An address to listen on, with TLS if it has a certificate.
public record ListenEntry(Values values) {
    public static final Setting<String> HOST = new Setting<>(
            "host",
            ListenTable.HOST.kind(),
            ListenTable.HOST.standard(),
            "The interface, as `host` at the top; by default loopback.");

    public static final Setting<Long> PORT = new Setting<>(
            "port", ListenTable.PORT.kind(), ListenTable.PORT.standard(), "The port; 0 takes a free one.");

    public static final Setting<Listener.Role> ROLE = new Setting<>(
            "role",
            new SettingType.Word<>(Listener.Role.class),
            Listener.Role.PUBLIC,
            "What it serves: the hub, by default, or only what `admin_port` does. One address at least is public.");

    public static final Setting<Boolean> PROXY_PROTOCOL = new Setting<>(
            "proxy_protocol",
            new SettingType.Switch(),
            false,
            "Whether each connection begins with a header of the PROXY protocol, as `proxy_protocol` at the top.");

    public static final Setting<String> CERTIFICATE_FILE = file(
            "certificate_file",
            "The server's certificate (PEM), followed by those of the authorities between it and the root. With one, the"
                    + " address serves TLS only.");

    public static final Setting<String> KEY_FILE = file(
            "key_file",
            "The private key of `certificate_file` (PEM, not encrypted). Only the hub's user"
                    + " should be able to read it.");

    public static final Setting<String> KEYSTORE_FILE =
            file("keystore_file", "Instead of both, a PKCS #12 file with the private key and its certificates.");

    public static final Setting<String> KEYSTORE_PASSWORD_FILE = file(
            "keystore_password_file", "A file whose first line is the password of `keystore_file`, if it has one.");

    public static final Setting<String> CLIENT_CA_FILE = file(
            "client_ca_file",
            "Authorities (PEM) whose certificates clients may show. A client that shows none is served, too; one that"
                    + " shows another is not.");

    public static final List<Setting<?>> ALL = List.of(
            HOST,
            PORT,
            ROLE,
            PROXY_PROTOCOL,
            CERTIFICATE_FILE,
            KEY_FILE,
            KEYSTORE_FILE,
            KEYSTORE_PASSWORD_FILE,
            CLIENT_CA_FILE);

    private static Setting<String> file(String key, String about) {
        return new Setting<>(
                key,
                new SettingType.Text("the path of a file", text -> !text.isEmpty() && text.indexOf('\0') < 0),
                "",
                about + " Read again when it changes.");
    }

    /// Creates an address of a program.
    ///
    /// @param settings by the keys of [#ALL]
    /// @throws IllegalArgumentException if a key or value is invalid; the message is for the user
    public static ListenEntry of(Map<String, ?> settings) {
        var values = Flags.of(ALL).with("listen", settings).values();
        mistake(values).ifPresent(mistake -> {
            throw new IllegalArgumentException("listen " + mistake);
        });
        return new ListenEntry(values);
    }

    public boolean isPublic() {
        return values.get(ROLE) == Listener.Role.PUBLIC;
    }

    public boolean hasTls() {
        return values.has(CERTIFICATE_FILE) || values.has(KEYSTORE_FILE);
    }

    /// The setting that names a file.
    ///
    /// @param folder the base of relative paths
    Setting<String> settingOf(Path file, Path folder) {
        return Stream.of(KEY_FILE, KEYSTORE_FILE, KEYSTORE_PASSWORD_FILE, CLIENT_CA_FILE)
                .filter(setting -> values.has(setting)
                        && folder.resolve(values.get(setting)).equals(file))
                .findFirst()
                .orElse(CERTIFICATE_FILE);
    }

    /// The mistake in an entry of these values, as the rest of a sentence about it; empty if the entry is
    /// valid.
    public static Optional<String> mistake(Values values) {
        if (values.has(KEYSTORE_FILE)) {
            var pem = Stream.of(CERTIFICATE_FILE, KEY_FILE).filter(values::has).findFirst();
            if (pem.isPresent()) {
                return Optional.of("has both 'keystore_file' and '%s': keep one of them."
                        .formatted(pem.get().key()));
            }
        } else if (values.has(CERTIFICATE_FILE) != values.has(KEY_FILE)) {
            return Optional.of(
                    values.has(KEY_FILE)
                            ? "has 'key_file' and needs 'certificate_file', the certificate of that key."
                            : "has 'certificate_file' and needs 'key_file', its private key.");
        }
        var ofTls = Stream.of(CLIENT_CA_FILE, KEYSTORE_PASSWORD_FILE)
                .filter(values::has)
                .findFirst();
        if (ofTls.isPresent() && !new ListenEntry(values).hasTls()) {
            return Optional.of("has '%s', but no certificate: TLS needs 'certificate_file' and 'key_file', or"
                            .formatted(ofTls.get().key())
                    + " 'keystore_file'.");
        }
        if (values.has(KEYSTORE_PASSWORD_FILE) && !values.has(KEYSTORE_FILE)) {
            return Optional.of("has 'keystore_password_file', but no 'keystore_file'.");
        }
        return Optional.empty();
    }

    /// @param folder        the base of relative paths
    /// @param handshakeTime the limit of a handshake
    Listener listener(Path folder, Duration handshakeTime) {
        var tls = hasTls() ? tls(folder, handshakeTime) : null;
        return new Listener(
                values.get(HOST), Math.toIntExact(values.get(PORT)), values.get(ROLE), tls, values.get(PROXY_PROTOCOL));
    }

    private TlsSettings tls(Path folder, Duration handshakeTime) {
        return new TlsSettings(certificate(folder), path(CLIENT_CA_FILE, folder), handshakeTime);
    }

    private CertificateSource certificate(Path folder) {
        return values.has(KEYSTORE_FILE)
                ? new CertificateSource.Pkcs12(
                        folder.resolve(values.get(KEYSTORE_FILE)), path(KEYSTORE_PASSWORD_FILE, folder))
                : new CertificateSource.Pem(
                        folder.resolve(values.get(CERTIFICATE_FILE)), folder.resolve(values.get(KEY_FILE)));
    }

    private @Nullable Path path(Setting<String> setting, Path folder) {
        return values.has(setting) ? folder.resolve(values.get(setting)) : null;
    }
}
