package dev.sluice.lab.measure;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Trust in one authority, and in no other.
public final class TrustedAuthority {
    private TrustedAuthority() {}

    /// @param authority in PEM
    /// @throws IOException if it can't be read
    public static SSLContext in(Path authority) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(authority))) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "lab", CertificateFactory.getInstance("X.509").generateCertificate(in));
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("'" + authority + "' has no certificate of an authority", unusable);
        }
    }
}
