package dev.sluice.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Files in PEM format (RFC 7468).
public final class PemFile {
    /// More than any chain or bundle of authorities of an organisation has.
    private static final int BYTES_MAX = 1 << 20;

    private static final int LINE_LENGTH = 64;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    /// The encoding of a key of one type is invalid for the others.
    private static final List<String> KEY_TYPES = List.of("EC", "RSA", "Ed25519");

    private PemFile() {}

    /// Reads all certificates of a file, in their order.
    public static List<X509Certificate> certificates(Path file) throws InvalidCertificate {
        String text = new String(content(file), StandardCharsets.ISO_8859_1);
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] encoded : blocks("CERTIFICATE", text)) {
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded)));
            }
        } catch (CertificateException | IllegalArgumentException damaged) {
            throw new InvalidCertificate(file, "has a damaged certificate.", damaged);
        }
        if (found.isEmpty()) {
            throw new InvalidCertificate(
                    file, "has no certificate in PEM format, which begins with '-----BEGIN CERTIFICATE-----'.", null);
        }
        return found;
    }

    /// Reads the private key of a file.
    static PrivateKey privateKey(Path file) throws InvalidCertificate {
        String text = new String(content(file), StandardCharsets.ISO_8859_1);
        if (text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")) {
            throw new InvalidCertificate(
                    file,
                    "has an encrypted private key, which would need a password: decrypt it ('openssl pkcs8 -in FILE"
                            + " -out NEW'; chmod 600), or use a PKCS #12 file.",
                    null);
        }
        List<byte[]> blocks;
        try {
            blocks = blocks("PRIVATE KEY", text);
        } catch (IllegalArgumentException damaged) {
            throw new InvalidCertificate(file, "has a damaged private key.", damaged);
        }
        if (blocks.isEmpty()) {
            throw new InvalidCertificate(
                    file,
                    "has no private key that begins with '-----BEGIN PRIVATE KEY-----': convert it"
                            + " ('openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW').",
                    null);
        }
        return decoded(file, new PKCS8EncodedKeySpec(blocks.getFirst()));
    }

    private static PrivateKey decoded(Path file, PKCS8EncodedKeySpec encoded) throws InvalidCertificate {
        var none = new InvalidCertificate(
                file, "has a private key that is damaged, or neither RSA, EC nor Ed25519.", null);
        for (String type : KEY_TYPES) {
            try {
                return KeyFactory.getInstance(type).generatePrivate(encoded);
            } catch (GeneralSecurityException anotherType) {
                none.addSuppressed(anotherType);
            }
        }
        throw none;
    }

    private static List<byte[]> blocks(String label, String text) {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(label))
                .map(PemFile::decoded)
                .toList();
    }

    private static byte[] decoded(MatchResult block) {
        return Base64.getMimeDecoder().decode(block.group(2));
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
    static byte[] content(Path file) throws InvalidCertificate {
        try (var stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new InvalidCertificate(
                        file, String.format(Locale.ROOT, "has more than %,d bytes.", BYTES_MAX), null);
            }
            return bytes;
        } catch (NoSuchFileException missing) {
            throw new InvalidCertificate(file, "does not exist.", missing);
        } catch (IOException refused) {
            throw new InvalidCertificate(
                    file, Files.isDirectory(file) ? "is a folder." : "can't be read by this user.", refused);
        }
    }
}
