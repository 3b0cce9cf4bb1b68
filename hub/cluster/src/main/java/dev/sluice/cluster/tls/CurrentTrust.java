package dev.sluice.cluster.tls;

import dev.sluice.core.cluster.NodeCertificate;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// The current authorities of a cluster, which may be replaced. Logs the nodes whose certificates this node
/// refuses when it connects to them; the servers of both ports log the other direction.
public final class CurrentTrust extends X509ExtendedTrustManager {
    private final RefusalLog refusals;
    private volatile X509ExtendedTrustManager now;

    CurrentTrust(NodeCertificate certificate, RefusalLog refusals) throws GeneralSecurityException {
        this.refusals = refusals;
        now = delegate(certificate);
    }

    void use(NodeCertificate certificate) throws GeneralSecurityException {
        now = delegate(certificate);
    }

    /// Creates a trust manager that checks chains, purposes and, if the connection asks for it, names.
    public static X509ExtendedTrustManager delegate(NodeCertificate certificate) throws GeneralSecurityException {
        KeyStore store = CurrentKey.empty();
        for (X509Certificate each : certificate.authorities()) {
            store.setCertificateEntry("authority-" + store.size(), each);
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        try {
            now.checkServerTrusted(chain, type, engine);
        } catch (CertificateException refused) {
            refusals.refusedOther(engine.getPeerHost() + ":" + engine.getPeerPort(), refused);
            throw refused;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        now.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        now.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        now.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        now.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        now.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return now.getAcceptedIssuers();
    }
}
