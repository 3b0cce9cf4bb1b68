package dev.sluice.server.tls;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files with the certificate of a server and its private key.
public sealed interface CertificateSource {
    /// Two PEM files (RFC 7468).
    ///
    /// @param certificate the server's certificate, followed by those of the authorities between it and the root
    /// @param key         not encrypted; see [PemKeys]
    record Pem(Path certificate, Path key) implements CertificateSource {
        @Override
        public CertifiedKey read() throws InvalidCertificateException {
            return CertifiedKey.of(PemFile.privateKey(key), key, PemFile.certificates(certificate), certificate);
        }

        @Override
        public List<Path> files() {
            return List.of(certificate, key);
        }

        @Override
        public Path secret() {
            return key;
        }
    }

    /// A PKCS #12 file (RFC 7292) with one private key and its certificates.
    ///
    /// @param passwordFile the file whose first line is the password; null if the keystore has none
    record Pkcs12(Path keystore, @Nullable Path passwordFile) implements CertificateSource {
        @Override
        public CertifiedKey read() throws InvalidCertificateException {
            return Pkcs12File.read(keystore, passwordFile);
        }

        @Override
        public List<Path> files() {
            return passwordFile == null ? List.of(keystore) : List.of(keystore, passwordFile);
        }

        @Override
        public Path secret() {
            return keystore;
        }
    }

    /// Reads and checks the files. Blocks.
    CertifiedKey read() throws InvalidCertificateException;

    /// All files that [#read] reads.
    List<Path> files();

    /// The file with the private key.
    Path secret();
}
