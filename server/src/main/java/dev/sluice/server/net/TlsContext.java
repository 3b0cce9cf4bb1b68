package dev.sluice.server.net;

import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.InvalidCertificate;
import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.TlsSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;

/// The TLS of a listener's connections: the certificate in use, and what is offered to clients.
final class TlsContext {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /// All with forward secrecy and authenticated encryption, so that HTTP/2 permits them, too (RFC 9113 §9.2.2).
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

    /// In the order of preference. A client that offers none of them is refused: it speaks another protocol, and its
    /// messages must not be taken for requests (RFC 7301 §3.2).
    private static final List<String> APPLICATION_PROTOCOLS = List.of(ApplicationProtocolNames.HTTP_1_1);

    private final TlsSettings settings;
    private final LongAdder failures = new LongAdder();
    private volatile SslContext current;

    private TlsContext(TlsSettings settings, SslContext first) {
        this.settings = settings;
        this.current = first;
    }

    /// Reads the certificate. Blocks.
    static TlsContext open(TlsSettings settings) throws InvalidCertificate, SSLException {
        return new TlsContext(settings, context(settings));
    }

    private static SslContext context(TlsSettings settings) throws InvalidCertificate, SSLException {
        CertifiedKey own = settings.certificate().read();
        SslContextBuilder builder = SslContextBuilder.forServer(own.key(), own.chain())
                .sslProvider(SslProvider.JDK)
                .protocols(PROTOCOLS)
                .ciphers(CIPHERS)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.FATAL_ALERT,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        APPLICATION_PROTOCOLS));
        if (settings.clientCas() != null) {
            builder.trustManager(PemFile.certificates(settings.clientCas())).clientAuth(ClientAuth.OPTIONAL);
        }
        return builder.build();
    }

    /// The handler of a connection, with the certificate that is in use now.
    SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = current.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(0); // TlsHandshake has the limit, from the connection on.
        return handler;
    }

    Duration handshakeTime() {
        return settings.handshakeTime();
    }

    void countFailure() {
        failures.increment();
    }

    /// Connections that ended before their handshake was complete, since the start.
    long failedHandshakes() {
        return failures.sum();
    }
}
