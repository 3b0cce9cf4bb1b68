package dev.sluice.app.command.run;

import dev.sluice.lab.plan.LabTls;
import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.DevelopmentCertificate;
import dev.sluice.server.tls.InvalidCertificateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/// The certificate of one run of the lab, in a folder that is removed with it.
final class LabCertificate implements AutoCloseable {
    private final Path folder;
    private final LabTls tls;

    private LabCertificate(Path folder, LabTls tls) {
        this.folder = folder;
        this.tls = tls;
    }

    static LabCertificate make(Instant now) throws IOException {
        Path folder = Files.createTempDirectory("sluice-lab"); // Only this user can read it.
        try {
            var made = DevelopmentCertificate.in(folder, now, List.of("localhost", "127.0.0.1", "::1"));
            return new LabCertificate(folder, of(made));
        } catch (InvalidCertificateException impossible) {
            throw new IllegalStateException("a new folder has no damaged certificate", impossible);
        }
    }

    static LabTls of(DevelopmentCertificate made) {
        if (made.certificate() instanceof CertificateSource.Pem pem)
            return new LabTls(made.authority(), pem.certificate());
        throw new IllegalStateException("a development certificate is in a PEM file");
    }

    LabTls tls() {
        return tls;
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
