package dev.sluice.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
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
        try (Warnings warnings = new Warnings()) {
            String other = PemFile.text(second.key());
            TestCertificates.write(folder.resolve("key.pem"), other);
            for (int i = 0; i < 5; i++) context.maintain();
            assertThat(context.certificate()).isSameAs(first);
            assertThat(warnings.texts).singleElement().asString().contains("key.pem", "stays in use");
            Files.delete(folder.resolve("certificate.pem"));
            for (int i = 0; i < 5; i++) context.maintain();
            assertThat(warnings.texts).hasSize(2).last().asString().contains("certificate.pem' does not exist");
            assertThat(warnings.traces).as("one line is enough").isEmpty();
        }
        assertThat(context.certificate()).isSameAs(first);
        TestCertificates.write(folder, second);
        for (int i = 0; i < 2; i++) context.maintain();
        assertThat(context.certificate()).isEqualTo(certificate(second));
    }

    private static final class Warnings extends Handler implements AutoCloseable {
        private final Logger log = Logger.getLogger(TlsContext.class.getName());
        private final List<String> texts = new ArrayList<>();
        private final List<Throwable> traces = new ArrayList<>();

        Warnings() {
            log.addHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue()) texts.add(record.getMessage());
            if (record.getThrown() != null) traces.add(record.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            log.removeHandler(this);
        }
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
