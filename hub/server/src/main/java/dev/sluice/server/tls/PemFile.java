package dev.sluice.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Files in PEM format (RFC 7468).
public final class PemFile {
    /// Larger than any chain, or any organisation's bundle of authorities.
    private static final int BYTES_MAX = 1 << 20;

    private static final int LINE_LENGTH = 64;

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*+-----END CERTIFICATE-----");

    private PemFile() {}

    /// Reads all certificates of a file, in their order.
    public static List<X509Certificate> certificates(Path file) throws InvalidCertificateException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            var text = new String(content(file), StandardCharsets.ISO_8859_1);
            for (MatchResult block : CERTIFICATE.matcher(text).results().toList()) {
                var bytes = new ByteArrayInputStream(block.group().getBytes(StandardCharsets.ISO_8859_1));
                found.add((X509Certificate) factory.generateCertificate(bytes));
            }
        } catch (CertificateException damaged) {
            throw new InvalidCertificateException(file, "has a damaged certificate.", damaged);
        }
        if (found.isEmpty()) {
            throw new InvalidCertificateException(
                    file, "has no certificate in PEM format, which begins with '-----BEGIN CERTIFICATE-----'.", null);
        }
        return found;
    }

    /// Reads the private key of a file.
    static PrivateKey privateKey(Path file) throws InvalidCertificateException {
        try {
            return PemKeys.privateKey(new String(content(file), StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException unusable) {
            throw new InvalidCertificateException(file, String.valueOf(unusable.getMessage()), unusable);
        }
    }

    /// The text of a file with certificates.
    public static String text(List<X509Certificate> certificates) {
        try {
            StringBuilder all = new StringBuilder();
            for (X509Certificate each : certificates) all.append(text("CERTIFICATE", each.getEncoded()));
            return all.toString();
        } catch (CertificateException impossible) {
            throw new IllegalStateException("a certificate has an encoding", impossible);
        }
    }

    /// The text of a file with a private key.
    public static String text(PrivateKey key) {
        return text("PRIVATE KEY", key.getEncoded());
    }

    /// One block of a file.
    ///
    /// @param label such as `CERTIFICATE`
    public static String text(String label, byte... content) {
        String lines = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    /// All bytes of a file of at most 1 MiB.
    static byte[] content(Path file) throws InvalidCertificateException {
        try (var stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new InvalidCertificateException(
                        file, String.format(Locale.ROOT, "has more than %,d bytes.", BYTES_MAX), null);
            }
            return bytes;
        } catch (NoSuchFileException missing) {
            throw new InvalidCertificateException(file, "does not exist.", missing);
        } catch (IOException refused) {
            throw new InvalidCertificateException(
                    file, Files.isDirectory(file) ? "is a folder." : "can't be read by this user.", refused);
        }
    }
}
