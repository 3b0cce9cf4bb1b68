package dev.sluice.server.net.outlet;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// TLS in the pipeline of a channel, and how a connection ends with and without it.
public final class TlsPipeline {
    private static final AttributeKey<List<X509Certificate>> CLIENT_CERTIFICATES =
            AttributeKey.valueOf(TlsPipeline.class, "clientCertificates");

    private TlsPipeline() {}

    /// Returns true if the bytes of a connection, or of a stream on it, are encrypted.
    public static boolean isSecure(Channel channel) {
        if (handler(channel) != null) return true;
        Channel carrier = channel.parent(); // The connection of a stream, or the listening socket of a connection.
        return carrier != null && handler(carrier) != null;
    }

    /// Returns true if HTTP/2 was chosen in the handshake (ALPN); false without TLS, or if the client offered no
    /// protocol.
    public static boolean isHttp2(Channel channel) {
        SslHandler tls = handler(channel);
        return tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
    }

    /// The certificates that the client of a connection, or of a stream on it, presented in the handshake, which
    /// verified them; its own certificate is first. Empty if it presented none. Read once per connection.
    public static List<X509Certificate> clientCertificates(Channel channel) {
        Channel carrier = channel.parent();
        Channel connection = handler(channel) == null && carrier != null ? carrier : channel;
        SslHandler tls = handler(connection);
        if (tls == null) return List.of();
        Attribute<List<X509Certificate>> kept = connection.attr(CLIENT_CERTIFICATES);
        List<X509Certificate> known = kept.get();
        if (known != null) return known;
        List<X509Certificate> shown = peerCertificates(tls.engine().getSession());
        kept.set(shown);
        return shown;
    }

    private static List<X509Certificate> peerCertificates(SSLSession session) {
        try {
            List<X509Certificate> all = new ArrayList<>();
            for (Certificate each : session.getPeerCertificates()) all.add((X509Certificate) each);
            return List.copyOf(all);
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    /// Closes a connection so that the client can distinguish the end from a complete one: without a `close_notify`
    /// (RFC 8446 §6.1), and without waiting for a client that does not read. May be called from any thread.
    public static void abort(Channel channel) {
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) channel.close();
        else tls.close(); // Starts at the handler before the TLS handler.
    }

    /// Closes the output of a connection after everything queued, with a `close_notify` before the end of the
    /// TCP stream.
    static void closeOutput(DuplexChannel socket) {
        SslHandler tls = handler(socket);
        if (tls == null) socket.shutdownOutput();
        else tls.closeOutbound().addListener(_ -> socket.shutdownOutput());
    }

    private static @Nullable SslHandler handler(Channel channel) {
        return channel.pipeline().get(SslHandler.class);
    }
}
