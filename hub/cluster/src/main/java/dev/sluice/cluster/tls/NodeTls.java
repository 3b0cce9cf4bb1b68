package dev.sluice.cluster.tls;

import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.cluster.NodeCertificate;
import dev.sluice.core.cluster.NodeCertificates;
import dev.sluice.core.encoding.LogField;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// TLS between nodes, on both of their ports: each side presents a certificate of the cluster's authority,
/// and the connecting side checks it for the host that it connects to (RFC 9525). New connections use
/// replaced files.
public final class NodeTls {
    /// All nodes run this program, so no older version is needed.
    private static final String[] PROTOCOLS = {"TLSv1.3"};

    /// Several times the steps of a handshake.
    private static final int STEPS_MAX = 100;

    /// How long a connection may resume the session of an earlier one without a check of certificates. It is
    /// short, so that an expired certificate or a replaced authority is not used for longer.
    private static final int SESSION_SECONDS = 60;

    private static final System.Logger LOG = System.getLogger(NodeTls.class.getName());

    private final NodeCertificates files;
    private final String host;
    private final RefusalLog refusals = new RefusalLog(System::nanoTime);
    private final CurrentKey key;
    private final KeyManager keyManager;
    private final CurrentTrust trust;
    private final SSLContext context;

    private NodeTls(NodeCertificates files, NodeAddress address) throws IOException, GeneralSecurityException {
        this.files = files;
        this.host = address.host();
        NodeCertificate first = files.read();
        requireUsable(first);
        key = new CurrentKey(first);
        trust = new CurrentTrust(first, refusals);
        keyManager = key.manager();
        context = context(keyManager, trust);
    }

    /// @return null if the nodes talk in plain text
    /// @throws IOException if other nodes would refuse the certificate
    public static @Nullable NodeTls of(ClusterSettings settings) throws IOException {
        NodeCertificates files = settings.certificate();
        return files == null ? null : of(files, settings.address());
    }

    /// Reads and checks the files.
    ///
    /// @throws IOException if other nodes would refuse the certificate
    public static NodeTls of(NodeCertificates files, NodeAddress address) throws IOException {
        try {
            return new NodeTls(files, address);
        } catch (GeneralSecurityException unusable) {
            throw new IOException("the certificate of this node can't be used: " + unusable.getMessage(), unusable);
        }
    }

    /// Reads the files again if they have changed. If they are unusable, the former ones stay in use. Blocks.
    public void refresh() {
        if (!files.haveChanged()) return;
        try {
            NodeCertificate next = files.read();
            requireUsable(next);
            trust.use(next);
            key.use(next);
            LOG.log(
                    System.Logger.Level.INFO,
                    "the certificate of this node was replaced subject=" + LogField.quoted(next));
        } catch (IOException | GeneralSecurityException unusable) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the files of this node's certificate are unusable, and the former ones stay in use reason="
                            + LogField.quoted(unusable.getMessage()));
        }
    }

    /// Performs a handshake with itself in memory, as the other nodes would. So the operator of this node
    /// learns of a certificate that the others would refuse.
    private void requireUsable(NodeCertificate certificate) throws IOException, GeneralSecurityException {
        SSLContext own = context(new CurrentKey(certificate).manager(), CurrentTrust.delegate(certificate));
        SSLEngine server = own.createSSLEngine();
        server.setUseClientMode(false);
        server.setSSLParameters(serverParameters());
        SSLEngine client = own.createSSLEngine(host, 0);
        client.setUseClientMode(true);
        SSLParameters parameters = clientParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
        try {
            handshake(client, server);
        } catch (SSLException refused) {
            throw new IOException(
                    "the other nodes would refuse the certificate of this one for '" + host + "': "
                            + RefusalLog.sentence(refused),
                    refused);
        }
    }

    private static void handshake(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(2 * client.getSession().getPacketBufferSize());
        ByteBuffer toClient = ByteBuffer.allocate(2 * server.getSession().getPacketBufferSize());
        ByteBuffer nothing = ByteBuffer.allocate(0);
        ByteBuffer data = ByteBuffer.allocate(client.getSession().getApplicationBufferSize());
        for (int i = 0; isShaking(client) || isShaking(server); i++) {
            if (i == STEPS_MAX) throw new SSLException("the handshake does not end");
            step(client, nothing, toServer, toClient, data);
            step(server, nothing, toClient, toServer, data);
        }
    }

    private static boolean isShaking(SSLEngine engine) {
        return engine.getSession().getProtocol().equals("NONE")
                || engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer nothing, ByteBuffer out, ByteBuffer in, ByteBuffer data)
            throws SSLException {
        engine.wrap(nothing, out);
        in.flip();
        engine.unwrap(in, data);
        in.compact();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) task.run();
    }

    private static SSLContext context(KeyManager key, TrustManager trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {key}, new TrustManager[] {trust}, null);
        context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
        context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
        return context;
    }

    /// Opens the port for requests between nodes.
    SSLServerSocket listen(InetSocketAddress address, int backlog) throws IOException {
        var listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        listener.setSSLParameters(serverParameters());
        listener.bind(address, backlog);
        return listener;
    }

    RefusalLog refusals() {
        return refusals;
    }

    private static SSLParameters serverParameters() {
        var parameters = clientParameters();
        parameters.setNeedClientAuth(true);
        return parameters;
    }

    private static SSLParameters clientParameters() {
        return new SSLParameters(null, PROTOCOLS.clone());
    }

    /// Makes a client present the certificate, and check the certificates and names of the nodes.
    public HttpClient.Builder on(HttpClient.Builder client) {
        return client.sslContext(context).sslParameters(clientParameters());
    }

    /// TLS for another server and client in this process.
    ///
    /// @param context the server's context
    public record Parts(KeyManager key, TrustManager trust, SSLContext context, List<String> protocols) {}

    public Parts parts() {
        return new Parts(keyManager, trust, context, List.of(PROTOCOLS));
    }
}
