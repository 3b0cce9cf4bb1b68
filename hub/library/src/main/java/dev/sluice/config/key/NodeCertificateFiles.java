package dev.sluice.config.key;

import dev.sluice.core.cluster.NodeCertificate;
import dev.sluice.core.cluster.NodeCertificates;
import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.FileState;
import dev.sluice.server.tls.InvalidCertificateException;
import dev.sluice.server.tls.PemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The files of `[cluster]` for TLS between nodes. For one thread at a time.
public final class NodeCertificateFiles implements NodeCertificates {
    private final Path authorities;
    private final CertificateSource certificate;
    private final List<Path> files;
    private List<FileState> states = List.of();
    private List<FileState> seen = List.of();

    public NodeCertificateFiles(Path certificate, Path key, Path authorities) {
        this.authorities = authorities;
        this.certificate = new CertificateSource.Pem(certificate, key);
        this.files = List.of(certificate, key, authorities);
    }

    @Override
    public boolean haveChanged() {
        List<FileState> now = FileState.of(files);
        boolean isSettled = now.equals(seen); // The three files are replaced one by one.
        seen = now;
        return isSettled && !now.equals(states);
    }

    @Override
    public NodeCertificate read() throws IOException {
        states = FileState.of(files); // Taken before they are read, so that a change in between is seen the next time.
        try {
            var own = certificate.read();
            return new NodeCertificate(own.key(), own.chain(), PemFile.certificates(authorities));
        } catch (InvalidCertificateException unusable) {
            throw new IOException(unusable.getMessage(), unusable);
        }
    }
}
