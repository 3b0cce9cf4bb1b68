package dev.sluice.lab.client;

import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/// The body of the one stream of a connection of HTTP/2. Answers to what the hub sends besides are sent on the way.
final class Http2Input extends InputStream {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int STREAM = 1;

    private final InputStream in;
    private final Http2Output out;
    private byte[] data = {}; // Of the current frame.
    private int at;
    private int unacknowledged;
    private boolean isAnswered;

    Http2Input(Route route, Socket socket, Http2Output out) throws IOException {
        this.out = out;
        in = new BufferedInputStream(route.in(socket), BUFFER_BYTES);
    }

    /// Blocks until the head of the answer has arrived.
    void awaitAnswer() throws IOException {
        while (!isAnswered) frame();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        while (at == data.length) frame();
        int read = Math.min(length, data.length - at);
        System.arraycopy(data, at, bytes, from, read);
        at += read;
        unacknowledged += read;
        if (unacknowledged > Http2Output.STREAM_WINDOW / 2) {
            out.write(Http2Frame.windowUpdate(STREAM, unacknowledged));
            out.write(Http2Frame.windowUpdate(0, unacknowledged));
            unacknowledged = 0;
        }
        return read;
    }

    private void frame() throws IOException {
        var frame = Http2Frame.read(in);
        boolean isPost = frame.stream() > STREAM; // Its answer: what arrives tells whether it was good.
        switch (frame.type()) {
            case Http2Frame.HEADERS -> {
                if (!isPost) answer(frame.payload());
            }
            case Http2Frame.DATA -> {
                if (isPost) out.write(Http2Frame.windowUpdate(0, Math.max(1, frame.payload().length)));
                else data(frame);
            }
            case Http2Frame.WINDOW_UPDATE -> {
                if (!isPost) out.opened(ByteBuffer.wrap(frame.payload()).getInt());
            }
            case Http2Frame.SETTINGS -> {
                if (!frame.isAck()) out.write(Http2Frame.settingsAck());
            }
            case Http2Frame.PING -> {
                if (!frame.isAck()) out.write(Http2Frame.pingAck(frame.payload()));
            }
            case Http2Frame.RST_STREAM -> throw new IOException("the hub reset the stream");
            case Http2Frame.GOAWAY -> throw new IOException("the hub ended the connection: error " + frame.error());
            default -> {} // Nothing that concerns this client.
        }
    }

    private void data(Http2Frame frame) throws IOException {
        if (frame.payload().length == 0 && frame.isLast()) throw new EOFException("the stream has ended");
        data = frame.payload();
        at = 0;
    }

    private void answer(byte[] fields) throws IOException {
        if (!HpackEncoder.isStatus200(ByteBuffer.wrap(fields))) {
            throw new IOException("a stream over HTTP/2 was answered with another status than 200");
        }
        isAnswered = true;
    }
}
