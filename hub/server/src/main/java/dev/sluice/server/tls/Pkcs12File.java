package dev.sluice.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads files in PKCS #12 format (RFC 7292).
final class Pkcs12File {
    private Pkcs12File() {}

    static CertifiedKey read(Path file, @Nullable Path passwordFile) throws InvalidCertificateException {
        byte[] content = PemFile.content(file);
        char[] password = passwordFile == null ? new char[0] : password(passwordFile);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password);
            return read(file, store, password);
        } catch (IOException damaged) {
            throw new InvalidCertificateException(
                    file,
                    damaged.getCause() instanceof GeneralSecurityException
                            ? "does not open with its password."
                            : "is no PKCS #12 file, or damaged.",
                    damaged);
        } catch (GeneralSecurityException unusable) {
            throw new InvalidCertificateException(file, "has a key that does not open with its password.", unusable);
        }
    }

    private static CertifiedKey read(Path file, KeyStore store, char[] password)
            throws GeneralSecurityException, InvalidCertificateException {
        List<String> keys = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) if (store.isKeyEntry(alias)) keys.add(alias);
        if (keys.size() != 1) {
            throw new InvalidCertificateException(
                    file,
                    String.format(
                            Locale.ROOT, "has %d private keys; it needs one, with its certificates.", keys.size()),
                    null);
        }
        List<X509Certificate> chain = new ArrayList<>();
        Certificate[] certificates = store.getCertificateChain(keys.getFirst());
        if (certificates != null) for (Certificate each : certificates) chain.add((X509Certificate) each);
        if (chain.isEmpty())
            throw new InvalidCertificateException(file, "has no certificate of its private key.", null);
        PrivateKey key = (PrivateKey) store.getKey(keys.getFirst(), password);
        return CertifiedKey.of(key, file, chain, file);
    }

    /// The password is the first line, because editors and shells add a line end.
    private static char[] password(Path file) throws InvalidCertificateException {
        return new String(PemFile.content(file), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElse("")
                .toCharArray();
    }
}
