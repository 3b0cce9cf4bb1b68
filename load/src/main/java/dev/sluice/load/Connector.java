package dev.sluice.load;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Opens the connections of one loop.
final class Connector {
    private final Plan plan;
    private final Target target;
    private final @Nullable SSLContext tls;
    private final TlsConnection.Buffers buffers = new TlsConnection.Buffers();
    private int opened;

    /// @param tls null for a server without TLS
    Connector(Plan plan, @Nullable SSLContext tls) {
        this.plan = plan;
        this.target = plan.target();
        this.tls = tls;
    }

    /// A connection on a new socket, which does not block and is not connected yet.
    Connection open() throws IOException {
        var socket = SocketChannel.open();
        socket.configureBlocking(false);
        return on(socket, plan.streams() > 0 ? "h2" : "http/1.1");
    }

    /// Opens a connection for publishing, on a socket that blocks.
    Connection connect() throws IOException {
        var connection = on(SocketChannel.open(target.address()), "http/1.1");
        if (connection instanceof TlsConnection encrypted) encrypted.establish();
        return connection;
    }

    private Connection on(SocketChannel socket, String protocol) throws IOException {
        return tls == null ? new Connection.Plain(socket) : new TlsConnection(socket, engine(tls, protocol), buffers);
    }

    private SSLEngine engine(SSLContext context, String protocol) {
        // Sessions are cached by host and port: another number for each connection makes each a client of its own,
        // with a handshake that resumes nothing.
        var engine = context.createSSLEngine(target.host(), ++opened);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {protocol});
        engine.setSSLParameters(parameters);
        return engine;
    }
}
