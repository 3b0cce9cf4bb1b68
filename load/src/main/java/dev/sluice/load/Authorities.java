package dev.sluice.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The certificate authorities that are trusted: those of a file, or the JDK's.
final class Authorities {
    private Authorities() {}

    /// @param file certificates in PEM format; null: the JDK's
    /// @throws IOException if the file cannot be read, or has no certificate
    static SSLContext context(@Nullable Path file) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, file == null ? null : trusting(file), null);
            context.getClientSessionContext().setSessionCacheSize(1);
            return context;
        } catch (CertificateException unusable) {
            throw new IOException("'" + file + "' has no certificates in PEM format", unusable);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has TLS and PKCS #12", impossible);
        }
    }

    private static TrustManager[] trusting(Path file) throws IOException, GeneralSecurityException {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry(Integer.toString(store.size()), each);
            }
            if (store.size() == 0) throw new CertificateException("it is empty");
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return trust.getTrustManagers();
        }
    }
}
