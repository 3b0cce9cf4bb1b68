package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.config.ListenTable;
import dev.sluice.config.TlsFiles;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.server.net.Listener;
import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `[[listen]]`: addresses, and the files of their certificates.
final class ListenReaderTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final String TLS = """
            [[listen]]
            host = "127.0.0.1"
            port = 8443
            certificate_file = "certificate.pem"
            key_file = "key.pem"
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        write(CERTIFICATES.forLocalhost());
    }

    private void write(CertifiedKey certified) throws IOException {
        TestCertificates.write(folder, certified);
        Files.setPosixFilePermissions(folder.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
    }

    private Configuration read(String text) throws InvalidConfigurationException {
        return ConfigurationFile.parse("sluice.toml", text).in(folder);
    }

    private List<String> check(String text) throws InvalidConfigurationException {
        return TlsFiles.check(read(text), Instant.now());
    }

    @Test
    void listensOnAllAddressesThePublicOnesFirst() throws Exception {
        var listeners = read("""
                [[listen]]
                port = 9000
                role = "admin"
                [[listen]]
                port = 9001
                """ + TLS).server().listeners();

        assertThat(listeners)
                .extracting(Listener::port, Listener::role, each -> each.tls() != null)
                .containsExactly(
                        tuple(9001, Listener.Role.PUBLIC, false),
                        tuple(8443, Listener.Role.PUBLIC, true),
                        tuple(9000, Listener.Role.ADMIN, false));
        assertThat(listeners.get(1).tls().certificate())
                .isEqualTo(new CertificateSource.Pem(folder.resolve("certificate.pem"), folder.resolve("key.pem")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "certificate_file = 'c'                          | 1 | needs 'key_file'",
                "key_file = 'k'                                  | 1 | needs 'certificate_file'",
                "keystore_file = 's'; key_file = 'k'             | 1 | both 'keystore_file' and 'key_file'",
                "client_ca_file = 'a'                            | 1 | but no certificate",
                "keystore_password_file = 'p'                    | 1 | but no certificate",
                "role = 'admin'                                  | 1 | No [[listen]] serves the hub",
                "role = 'private'                                | 2 | 'role' takes \"public\" or \"admin\"",
                "port = 70000                                    | 2 | 'port' takes",
                "tls = true                                      | 2 | 'tls' is not a key",
            })
    void reportsMistakesWithTheirLine(String settings, int line, String message) {
        assertThatThrownBy(() -> read("[[listen]]\n" + settings.replace(";", "\n") + "\n"))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("sluice.toml:" + line + ":")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"host = '127.0.0.1', host", "port = 9000, port", "admin_port = 9001, admin_port"})
    void refusesTheShortFormBesideTheList(String setting, String key) {
        assertThatThrownBy(() -> read(setting + "\n" + TLS))
                .hasMessageContaining("sluice.toml:1:")
                .hasMessageContaining("'" + key + "' is for a hub without [[listen]]");
    }

    @Test
    void refusesAFlagOfTheShortFormBesideTheList() throws Exception {
        var flags = Flags.NONE.with(ListenTable.PORT, "--port", "9000");

        assertThatThrownBy(() -> read(TLS).overriddenBy(flags)).hasMessageContaining("--port");
    }

    @Test
    void printsTheListInPlaceOfTheShortForm() throws Exception {
        var printed = TomlWriter.of(read(TLS));

        assertThat(printed).contains("[[listen]]").doesNotContain("admin_port");
        assertThat(TomlWriter.of(ConfigurationFile.parse("sluice.toml", printed).in(folder))
                        .replaceAll("#.*", ""))
                .isEqualTo(printed.replaceAll("#.*", ""));
    }

    @Test
    void findsNothingWrongWithGoodFiles() throws Exception {
        assertThat(check(TLS)).isEmpty();
    }

    @Test
    void namesTheFileTheLineAndTheKeyOfEachMistake() throws Exception {
        refuses("certificate_file", 4, "does not exist", () -> Files.delete(folder.resolve("certificate.pem")));
        refuses("certificate_file", 4, "no certificate in PEM", () -> text("certificate.pem", "hello"));
        refuses("key_file", 5, "does not have the private key of the first certificate", () -> {
            var other = CERTIFICATES.forLocalhost();
            text("key.pem", PemFile.text(other.key()));
        });
        refuses("key_file", 5, "encrypted", () -> text("key.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        refuses("key_file", 5, "encrypted", () -> text("key.pem", """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,00
                """));
        refuses("key_file", 5, "damaged", () -> text("key.pem", PemFile.text("PRIVATE KEY", new byte[40])));
    }

    private interface Change {
        void make() throws IOException;
    }

    private void refuses(String key, int line, String problem, Change change) throws IOException {
        write();
        change.make();
        assertThatThrownBy(() -> check(TLS))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("sluice.toml:" + line + ":")
                .hasMessageContaining("'" + key + "'")
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(problem);
    }

    private void text(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void warnsOfAnExpiredCertificateAndOfAKeyThatEverybodyCanRead() throws Exception {
        var monthAgo = Instant.now().minus(Duration.ofDays(30));
        write(CERTIFICATES.forServer(monthAgo, Duration.ofDays(1), "localhost"));
        assertThat(check(TLS)).singleElement().asString().contains("certificate.pem", "sluice.toml:4", "has expired");

        write();
        Files.setPosixFilePermissions(folder.resolve("key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(check(TLS)).singleElement().asString().contains("key.pem", "sluice.toml:5", "chmod 600");
    }

    @Test
    void readsAKeystoreWithItsPassword() throws Exception {
        var certified = CERTIFICATES.forLocalhost();
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var chain = certified.chain().toArray(Certificate[]::new);
        store.setKeyEntry("hub", certified.key(), "secret".toCharArray(), chain);
        try (var out = Files.newOutputStream(folder.resolve("hub.p12"))) {
            store.store(out, "secret".toCharArray());
        }
        Files.setPosixFilePermissions(folder.resolve("hub.p12"), PosixFilePermissions.fromString("rw-------"));
        var listen = "[[listen]]\nkeystore_file = 'hub.p12'\nkeystore_password_file = 'password'\n";

        text("password", "secret\n");
        assertThat(check(listen)).isEmpty();
        assertThat(read(listen)
                        .server()
                        .listeners()
                        .getFirst()
                        .tls()
                        .certificate()
                        .read()
                        .chain())
                .isEqualTo(certified.chain());
        text("password", "guess\n");
        assertThatThrownBy(() -> check(listen))
                .hasMessageContaining("sluice.toml:2:")
                .hasMessageContaining("does not open with its password")
                .hasMessageNotContaining("guess");
        text("hub.p12", "no keystore");
        assertThatThrownBy(() -> check(listen)).hasMessageContaining("is no PKCS #12 file");
    }
}
