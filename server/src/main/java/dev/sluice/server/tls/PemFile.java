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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Files in PEM format (RFC 7468).
public final class PemFile {
    /// More than any chain or bundle of authorities of an organisation has.
    private static final int BYTES_MAX = 1 << 20;

    private static final int LINE_LENGTH = 64;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    /// @param base64 with line breaks
    record Block(String label, String base64) {
        byte[] content() {
            return Base64.getMimeDecoder().decode(base64);
        }
    }

    private PemFile() {}

    /// Reads all certificates of a file, in their order.
    public static List<X509Certificate> certificates(Path file) throws InvalidCertificateException {
        String text = new String(content(file), StandardCharsets.ISO_8859_1);
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(text).toList()) {
                if (!block.label().equals("CERTIFICATE")) continue;
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content())));
            }
        } catch (CertificateException | IllegalArgumentException damaged) {
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

    /// The blocks of a text, in order. Decoding one throws an [IllegalArgumentException] if it is not Base64.
    static Stream<Block> blocks(String text) {
        return BLOCK.matcher(text).results().map(block -> new Block(block.group(1), block.group(2)));
    }

    /// A certificate as a file has it.
    public static String text(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException impossible) {
            throw new IllegalStateException("a certificate has an encoding", impossible);
        }
    }

    /// A private key as a file has it.
    static String keyText(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /// A private key and its certificates as a file has them.
    static String text(CertifiedKey certified) {
        StringBuilder all = new StringBuilder(keyText(certified.key()));
        for (X509Certificate each : certified.chain()) all.append(text(each));
        return all.toString();
    }

    private static String block(String label, byte[] content) {
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
