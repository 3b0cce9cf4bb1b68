package dev.sluice.load.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// A connection to the server: TCP, or TLS over it. Used by one thread.
public sealed interface Connection permits Connection.Plain, TlsConnection {
    /// The socket, for a selector and to close it.
    SocketChannel socket();

    /// Reads the available bytes, at most 32 KiB.
    ///
    /// @param into with space for 48 KiB, or for all that the server may send
    /// @return the number of bytes, which may be 0; -1 at the end of the stream
    int read(ByteBuffer into) throws IOException;

    /// Writes as much as the socket takes, and nothing before the connection is established.
    void write(ByteBuffer from) throws IOException;

    /// The events to wait for.
    ///
    /// @param hasMore whether bytes are left that were not accepted
    int interest(boolean hasMore);

    /// TCP.
    record Plain(SocketChannel socket) implements Connection {
        @Override
        public int read(ByteBuffer into) throws IOException {
            return socket.read(into);
        }

        @Override
        public void write(ByteBuffer from) throws IOException {
            socket.write(from);
        }

        @Override
        public int interest(boolean hasMore) {
            return SelectionKey.OP_READ | (hasMore ? SelectionKey.OP_WRITE : 0);
        }
    }
}
