package dev.sluice.server.net;

import dev.sluice.core.encoding.LogField;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.FileState;
import dev.sluice.server.tls.InvalidCertificateException;
import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.TlsSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;

/// The TLS of a listener's connections: the certificate in use, and the versions, ciphers and protocols that are
/// offered.
final class TlsContext {
    private static final System.Logger LOG = System.getLogger(TlsContext.class.getName());

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /// All of them have forward secrecy and authenticated encryption, so that HTTP/2 permits them as well (RFC
    /// 9113 §9.2.2).
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /// The protocols in order of preference. A client that offers none of them is refused: it speaks another
    /// protocol, and its messages must not be taken for requests (RFC 7301 §3.2). [TlsDetector] refuses it,
    /// because BoringSSL would continue the handshake.
    static final List<String> APPLICATION_PROTOCOLS =
            List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);

    /// The types of keys with which BoringSSL signs. The JDK supports more, such as Ed25519.
    private static final Set<String> BORINGSSL_KEYS = Set.of("RSA", "EC");

    /// The size of the buffer through which BoringSSL writes the handshake of a connection, piece by piece. It
    /// lives as long as the connection; Netty's default is 2,048.
    private static final int HANDSHAKE_BYTES = 512;

    /// The type of the key store in which Netty passes the key to the provider, in memory only. The usual type,
    /// PKCS #12, would derive an encryption key with ten thousand hashes at each start.
    private static final String KEY_STORE = "JKS";

    /// Makes the JDK's TLS end a connection whose client asks for another handshake, which TLS 1.2 permits at any
    /// time and as often as the client likes. BoringSSL always does.
    private static final String REJECTS_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    static { // The JDK reads it once, with the first handshake of the process as a server. The command sets it earlier.
        if (System.getProperty(REJECTS_RENEGOTIATION) == null) System.setProperty(REJECTS_RENEGOTIATION, "true");
    }

    private final TlsSettings settings;
    private final LongAdder failures = new LongAdder();
    private volatile Current current;

    // Used by the maintenance thread only.
    private List<FileState> used;
    private List<FileState> seen;

    /// The certificate and context of new connections.
    private record Current(CertifiedKey own, SslContext context) {}

    private TlsContext(TlsSettings settings, List<FileState> files, Current first) {
        this.settings = settings;
        this.used = files;
        this.seen = files;
        this.current = first;
    }

    /// Reads the certificate. Blocks.
    static TlsContext open(TlsSettings settings) throws InvalidCertificateException, SSLException {
        List<FileState> files = FileState.of(settings.files());
        return new TlsContext(settings, files, read(settings));
    }

    /// Reads changed files again once their state is the same in two calls, because a certificate and its key
    /// are replaced one after the other. Later handshakes use the new certificate; open connections keep theirs.
    /// Unusable files change nothing. Called about once a second, always by the same thread. Blocks.
    void maintain() {
        List<FileState> now = FileState.of(settings.files());
        boolean isSettled = now.equals(seen);
        seen = now;
        if (!isSettled || now.equals(used)) return;
        used = now;
        try {
            Current next = read(settings);
            current = next;
            LOG.log(Level.INFO, "certificate read again subject=" + LogField.quoted(next.own));
        } catch (InvalidCertificateException | SSLException | RuntimeException unusable) {
            LOG.log(
                    Level.WARNING,
                    "certificate not read again, the previous one stays in use: "
                            + (unusable instanceof InvalidCertificateException ? unusable.getMessage() : unusable));
        }
    }

    private static Current read(TlsSettings settings) throws InvalidCertificateException, SSLException {
        CertifiedKey own = settings.certificate().read();
        SslContextBuilder builder = SslContextBuilder.forServer(own.key(), own.chain())
                .keyStoreType(KEY_STORE)
                .sslProvider(isForBoringSsl(own) ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols(PROTOCOLS)
                .ciphers(CIPHERS)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        APPLICATION_PROTOCOLS));
        if (settings.clientCas() != null) {
            builder.trustManager(PemFile.certificates(settings.clientCas())).clientAuth(ClientAuth.OPTIONAL);
        }
        SslContext context = builder.build();
        if (context instanceof ReferenceCountedOpenSslContext boringSsl) {
            boringSsl.setBioNonApplicationBufferSize(HANDSHAKE_BYTES);
        }
        return new Current(own, context);
    }

    /// Returns true if BoringSSL, which costs less than the JDK's TLS, can serve a certificate: its native
    /// library is available (on Linux), and it signs with keys of this type.
    private static boolean isForBoringSsl(CertifiedKey own) {
        return BORINGSSL_KEYS.contains(own.key().getAlgorithm()) && OpenSsl.isAvailable();
    }

    /// Returns true if new connections use BoringSSL.
    boolean isBoringSsl() {
        return current.context instanceof OpenSslContext;
    }

    /// The handler of a connection, with the certificate that is in use now.
    SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = current.context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(0); // TlsHandshake limits the time, from the connection on.
        return handler;
    }

    /// The certificate that is in use now.
    X509Certificate certificate() {
        return current.own.chain().getFirst();
    }

    Duration handshakeTime() {
        return settings.handshakeTime();
    }

    void countFailure() {
        failures.increment();
    }

    /// The number of connections since the start that ended before their handshake was complete.
    long failedHandshakes() {
        return failures.sum();
    }
}
