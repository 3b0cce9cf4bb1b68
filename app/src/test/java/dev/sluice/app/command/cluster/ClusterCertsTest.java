package dev.sluice.app.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.cli.Exit;
import dev.sluice.app.command.Terminal;
import dev.sluice.app.config.ConfigurationFile;
import dev.sluice.config.ClusterTable;
import dev.sluice.config.Configuration;
import dev.sluice.config.TlsFiles;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.cluster.NodeCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates of nodes, made on the command line.
final class ClusterCertsTest {
    @TempDir
    private Path folder;

    private Terminal.Ended certs(String... args) {
        List<String> all = new ArrayList<>(List.of("cluster", "certs", "--out=certs"));
        all.addAll(List.of(args));
        return new Terminal(folder, Map.of()).run(all.toArray(String[]::new));
    }

    /// The certificate of a node with this configuration, as the other nodes receive it.
    private NodeCertificate configured(String certificate, String key)
            throws InvalidConfigurationException, IOException {
        var certificates = ClusterTable.settings(configuration(certificate, key), folder)
                .orElseThrow()
                .certificate();
        assertThat(certificates).isNotNull();
        return certificates.read();
    }

    private Configuration configuration(String certificate, String key)
            throws InvalidConfigurationException, IOException {
        Files.writeString(folder.resolve("token"), "0123456789abcdef0123456789abcdef");
        return ConfigurationFile.of(Files.writeString(folder.resolve("sluice.toml"), """
                [cluster]
                nodes = ["10.0.0.1:9420", "[fd00::2]:9420"]
                node = "10.0.0.1:9420"
                token_file = "token"
                certificate_file = "certs/%s"
                key_file = "certs/%s"
                ca_file = "certs/ca.pem"
                """.formatted(certificate, key)));
    }

    private static List<Object> names(X509Certificate certificate) throws Exception {
        return certificate.getSubjectAlternativeNames().stream()
                .<Object>map(List::getLast)
                .toList();
    }

    @Test
    void makesAnAuthorityAndAPairForEachNodeThatTheConfigurationAccepts() throws Exception {
        var ended = certs("10.0.0.1", "[fd00::2]", "Node-3.example");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .contains("valid until 20", "ca_file = \"ca.pem\"")
                .doesNotContain("PRIVATE KEY");
        try (var files = Files.list(folder.resolve("certs"))) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "ca.pem",
                            "ca.key",
                            "10.0.0.1.pem",
                            "10.0.0.1.key",
                            "fd00--2.pem",
                            "fd00--2.key",
                            "node-3.example.pem",
                            "node-3.example.key");
        }
        for (String each : List.of("ca.key", "10.0.0.1.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            folder.resolve("certs").resolve(each))))
                    .isEqualTo("rw-------");
        }
        NodeCertificate first = configured("10.0.0.1.pem", "10.0.0.1.key");
        X509Certificate own = first.chain().getFirst();
        own.verify(first.authorities().getFirst().getPublicKey());
        assertThat(names(own)).containsExactly("10.0.0.1");
        assertThat(own.getExtendedKeyUsage()).hasSize(2);
        assertThat(names(configured("node-3.example.pem", "node-3.example.key")
                        .chain()
                        .getFirst()))
                .containsExactly("node-3.example");
        assertThatThrownBy(() -> configured("10.0.0.1.pem", "fd00--2.key"))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("does not have the private key");
    }

    @Test
    void aKeyThatEveryUserCanReadIsWarnedOf() throws Exception {
        assertThat(certs("10.0.0.1").exitCode()).isZero();
        var configuration = configuration("10.0.0.1.pem", "10.0.0.1.key").in(folder);
        assertThat(TlsFiles.check(configuration, Instant.now())).isEmpty();
        Files.setPosixFilePermissions(
                folder.resolve("certs/10.0.0.1.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(TlsFiles.check(configuration, Instant.now()))
                .singleElement()
                .asString()
                .contains("10.0.0.1.key", "every user of this machine can read");
    }

    @Test
    void replacedFilesAreReadOnceTheyNoLongerChange() throws Exception {
        assertThat(certs("10.0.0.1").exitCode()).isZero();
        var certificates = ClusterTable.settings(configuration("10.0.0.1.pem", "10.0.0.1.key"), folder)
                .orElseThrow()
                .certificate();
        assertThat(certificates).isNotNull();
        assertThat(certificates.haveChanged()).isFalse();
        var before = certificates.read();
        Files.delete(folder.resolve("certs/10.0.0.1.pem"));
        Files.delete(folder.resolve("certs/10.0.0.1.key"));
        assertThat(certificates.haveChanged()).isFalse();
        assertThat(certs("10.0.0.1").exitCode()).isZero();
        assertThat(certificates.haveChanged()).isFalse();
        assertThat(certificates.haveChanged()).isTrue();
        assertThat(certificates.read().chain()).isNotEqualTo(before.chain());
        assertThat(certificates.haveChanged()).isFalse();
    }

    @Test
    void signsForFurtherNodesAndOverwritesNothing() throws Exception {
        assertThat(certs("10.0.0.1").exitCode()).isZero();
        String before = Files.readString(folder.resolve("certs/10.0.0.1.key"));
        var again = certs("10.0.0.2", "10.0.0.1");
        assertThat(again.exitCode()).isEqualTo(Exit.CANT_CREATE);
        assertThat(again.err()).contains("10.0.0.1.pem' is there").hasLineCount(1);
        assertThat(folder.resolve("certs/10.0.0.2.pem")).doesNotExist();
        assertThat(certs("10.0.0.2").exitCode()).isZero();
        NodeCertificate further = configured("10.0.0.2.pem", "10.0.0.2.key");
        further.chain().getFirst().verify(further.authorities().getFirst().getPublicKey());
        assertThat(Files.readString(folder.resolve("certs/10.0.0.1.key"))).isEqualTo(before);
    }

    @Test
    void refusesWhatIsNoHostAndWhatOutlivesTheAuthority() {
        for (String each : List.of("10.0.0.1:9420", "0.0.0.0", "ca", "../x", "a b", "300.0.0.1")) {
            var ended = certs(each);
            assertThat(ended.exitCode()).as(each).isEqualTo(Exit.USAGE);
            assertThat(ended.err()).contains("HOST takes a name or an address").hasLineCount(1);
        }
        for (String each : List.of("0", "4000")) {
            var ended = certs("--days=" + each, "10.0.0.1");
            assertThat(ended.exitCode()).as(each).isEqualTo(Exit.USAGE);
            assertThat(ended.err()).startsWith("sluice: --days takes from 1 to 3,650");
        }
        assertThat(folder.resolve("certs")).doesNotExist();
    }
}
