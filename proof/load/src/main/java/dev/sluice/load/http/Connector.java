package dev.sluice.load.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Makes the connections of one loop, on new sockets that do not block and are not connected yet.
public final class Connector {
    private static final String HTTP1 = "http/1.1";
    private static final String HTTP2 = "h2";

    private final Target target;
    private final @Nullable SSLContext tls;
    private final TlsConnection.Buffers buffers = new TlsConnection.Buffers();
    private int opened;

    /// @param tls null for a server without TLS
    public Connector(Target target, @Nullable SSLContext tls) {
        this.target = target;
        this.tls = tls;
    }

    public Http1Connection http1(Subscriber subscriber) throws IOException {
        return new Http1Connection(open(HTTP1), target.authority(), subscriber);
    }

    public Http2Connection http2(List<? extends Subscriber> subscribers) throws IOException {
        return new Http2Connection(open(HTTP2), target.authority(), subscribers);
    }

    private Connection open(String protocol) throws IOException {
        var socket = SocketChannel.open();
        socket.configureBlocking(false);
        return on(socket, protocol);
    }

    /// Opens a connection for publishing, on a socket that blocks.
    public Connection connect() throws IOException {
        var connection = on(SocketChannel.open(target.address()), HTTP1);
        if (connection instanceof TlsConnection encrypted) encrypted.establish();
        return connection;
    }

    private Connection on(SocketChannel socket, String protocol) throws IOException {
        return tls == null ? new Connection.Plain(socket) : new TlsConnection(socket, engine(tls, protocol), buffers);
    }

    private SSLEngine engine(SSLContext context, String protocol) {
        // Sessions are cached by host and port. A different number for each connection makes it a separate
        // client, whose handshake does not resume a session.
        var engine = context.createSSLEngine(target.host(), ++opened);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {protocol});
        engine.setSSLParameters(parameters);
        return engine;
    }
}
