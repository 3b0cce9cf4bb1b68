package dev.sluice.client.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Private certificate authorities, in place of those of the JDK. */
public final class Authorities {
    private Authorities() {}

    /**
     * Reads a file with one or more certificates in PEM format.
     *
     * @return TLS that accepts certificates of these authorities, and no others
     * @throws IllegalArgumentException if the file can't be read, or has no certificate
     */
    public static SSLContext of(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry(Integer.toString(store.size()), each);
            }
            if (store.size() == 0) throw new CertificateException("it is empty");
            return trusting(store);
        } catch (CertificateException unusable) {
            throw new IllegalArgumentException("'" + file + "' has no certificates in PEM format.", unusable);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("'" + file + "' can't be read.", unreadable);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has TLS and PKCS #12", impossible);
        }
    }

    private static SSLContext trusting(KeyStore store) throws GeneralSecurityException {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
