package dev.sluice.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The TLS contexts of clients that trust given certificate authorities, and no others.
public final class Trust {
    private Trust() {}

    /// Returns a context that trusts the authorities in a file.
    ///
    /// @param file certificates in PEM format; null for the authorities of the JDK
    /// @throws IOException if the file cannot be read, or has no certificate
    public static SSLContext in(@Nullable Path file) throws IOException {
        if (file == null) return context(null, null);
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            var authorities = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (authorities.isEmpty()) throw new CertificateException("it is empty");
            return in(authorities, null);
        } catch (CertificateException unusable) {
            throw new IOException("'" + file + "' has no certificates in PEM format", unusable);
        }
    }

    /// Returns a context that trusts these authorities.
    ///
    /// @param own the certificate that the client shows; null if it shows none
    public static SSLContext in(Collection<? extends Certificate> authorities, KeyManager @Nullable [] own) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (var each : authorities) store.setCertificateEntry(Integer.toString(store.size()), each);
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return context(own, trust.getTrustManagers());
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("every JDK has PKCS #12", impossible);
        }
    }

    private static SSLContext context(KeyManager @Nullable [] own, TrustManager @Nullable [] trusted) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(own, trusted, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has TLS", impossible);
        }
    }
}
