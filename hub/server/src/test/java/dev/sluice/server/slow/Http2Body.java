package dev.sluice.server.slow;

import dev.sluice.server.Http2Client;
import dev.sluice.wire.Http2Frame;
import java.io.InputStream;
import java.net.SocketException;
import java.util.Arrays;

/// The body of a stream of HTTP/2. Its window opens again by what was read, and not before.
final class Http2Body extends InputStream {
    private final Http2Client client;
    private final int stream;
    private byte[] frame = new byte[0];
    private int at;

    Http2Body(Http2Client client, int stream) {
        this.client = client;
        this.stream = stream;
    }

    @Override
    public int read() throws SocketException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws SocketException {
        while (at == frame.length) {
            Http2Frame next = client.next();
            if (next == null || next.isLast()) return -1;
            if (next.stream() != stream) continue;
            if (next.type() == Http2Frame.RST_STREAM) throw new SocketException("reset by error " + next.error());
            if (next.type() == Http2Frame.DATA) {
                frame = next.payload();
                at = 0;
            }
        }
        byte[] some = Arrays.copyOfRange(frame, at, Math.min(frame.length, at + length));
        System.arraycopy(some, 0, target, offset, some.length);
        at += some.length;
        client.openWindow(0, some.length).openWindow(stream, some.length);
        return some.length;
    }
}
