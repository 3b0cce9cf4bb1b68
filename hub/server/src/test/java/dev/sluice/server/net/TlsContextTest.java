package dev.sluice.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A certificate whose files change.
class TlsContextTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    @TempDir
    Path folder;

    private static X509Certificate certificate(CertifiedKey certified) {
        return certified.chain().getFirst();
    }

    @Test
    void usesNewFilesOnceTheyNoLongerChange() throws Exception {
        TlsContext context = TlsContext.open(CERTIFICATES.settings(folder));
        X509Certificate first = context.certificate();
        context.maintain();
        context.maintain();
        assertThat(context.certificate()).isSameAs(first);
        CertifiedKey second = CERTIFICATES.forLocalhost();
        TestCertificates.write(folder, second);
        context.maintain();
        assertThat(context.certificate()).as("one of two files may be missing").isSameAs(first);
        context.maintain();
        assertThat(context.certificate()).isEqualTo(certificate(second));
    }

    @Test
    void keepsTheCertificateInUseWhileTheFilesAreUnusableAndWarnsOnce() throws Exception {
        TlsContext context = TlsContext.open(CERTIFICATES.settings(folder));
        X509Certificate first = context.certificate();
        CertifiedKey second = CERTIFICATES.forLocalhost();
        try (var logged = new LoggedLines(TlsContext.class)) {
            String other = PemFile.text(second.key());
            TestCertificates.write(folder.resolve("key.pem"), other);
            for (int i = 0; i < 5; i++) context.maintain();
            assertThat(context.certificate()).isSameAs(first);
            assertThat(logged.lines("stays in use")).singleElement().asString().contains("key.pem");
            Files.delete(folder.resolve("certificate.pem"));
            for (int i = 0; i < 5; i++) context.maintain();
            assertThat(logged.lines("stays in use"))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("certificate.pem' does not exist");
            assertThat(logged.records())
                    .as("one line is enough")
                    .allSatisfy(each -> assertThat(each.getThrown()).isNull());
        }
        assertThat(context.certificate()).isSameAs(first);
        TestCertificates.write(folder, second);
        for (int i = 0; i < 2; i++) context.maintain();
        assertThat(context.certificate()).isEqualTo(certificate(second));
    }

    /// As cert-manager renews a certificate: its keys are PKCS #1 or SEC 1 unless it is told otherwise.
    @Test
    void followsARenewedKeyOfAnOlderFormat() throws Exception {
        TlsContext context = TlsContext.open(CERTIFICATES.settings(folder));
        CertifiedKey renewed = CERTIFICATES.forLocalhost();
        TestCertificates.write(folder, renewed);
        Files.writeString(
                folder.resolve("key.pem"),
                TestCertificates.traditional(renewed.key().getEncoded()));
        context.maintain();
        context.maintain();
        assertThat(context.certificate()).isEqualTo(certificate(renewed));
    }
}
