package dev.sluice.cluster.tls;

import dev.sluice.core.cluster.NodeCertificate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyStoreBuilderParameters;

/// The current key and certificate of a node. They may be replaced, as the JDK's key manager asks for the
/// store in each handshake.
public final class CurrentKey extends KeyStore.Builder {
    private static final char[] NO_PASSWORD = {};

    private volatile KeyStore now;

    public CurrentKey(NodeCertificate certificate) throws GeneralSecurityException {
        now = store(certificate);
    }

    void use(NodeCertificate certificate) throws GeneralSecurityException {
        now = store(certificate);
    }

    private static KeyStore store(NodeCertificate certificate) throws GeneralSecurityException {
        KeyStore store = empty();
        store.setKeyEntry(
                "node", certificate.key(), NO_PASSWORD, certificate.chain().toArray(X509Certificate[]::new));
        return store;
    }

    /// Creates a store in memory without a password. With a PKCS #12 store, each handshake would derive the
    /// key that decrypts the private key, with ten thousand hashes.
    static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("JKS");
        try {
            store.load(null, null);
        } catch (IOException impossible) {
            throw new IllegalStateException("an empty key store reads nothing", impossible);
        }
        return store;
    }

    @Override
    public KeyStore getKeyStore() {
        return now;
    }

    @Override
    public KeyStore.ProtectionParameter getProtectionParameter(String alias) {
        return new KeyStore.PasswordProtection(NO_PASSWORD);
    }

    public KeyManager manager() throws GeneralSecurityException {
        var factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(new KeyStoreBuilderParameters(this));
        return factory.getKeyManagers()[0];
    }
}
