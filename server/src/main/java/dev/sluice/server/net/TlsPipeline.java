package dev.sluice.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/// TLS in the pipeline of a channel, and how a connection ends with and without it.
public final class TlsPipeline {
    private TlsPipeline() {}

    /// Whether the bytes of a connection, or of a stream on it, are encrypted.
    public static boolean isSecure(Channel channel) {
        if (handler(channel) != null) return true;
        Channel carrier = channel.parent(); // Of a stream; of a connection it is the listening socket.
        return carrier != null && handler(carrier) != null;
    }

    /// Whether HTTP/2 was chosen in the handshake (ALPN); false without TLS, or if the client has offered nothing.
    public static boolean isHttp2(Channel channel) {
        SslHandler tls = handler(channel);
        return tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
    }

    /// Closes a connection so that the client can distinguish the end from a complete one: without a `close_notify`
    /// (RFC 8446 §6.1), and without waiting for a client that does not read. May be called from any thread.
    public static void abort(Channel channel) {
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) channel.close();
        else tls.close(); // This begins at the handler before the one of TLS.
    }

    /// Closes the output of a connection after everything queued, with a `close_notify` before the end of TCP's stream.
    static void closeOutput(DuplexChannel socket) {
        SslHandler tls = handler(socket);
        if (tls == null) socket.shutdownOutput();
        else tls.closeOutbound().addListener(_ -> socket.shutdownOutput());
    }

    private static @Nullable SslHandler handler(Channel channel) {
        return channel.pipeline().get(SslHandler.class);
    }
}
