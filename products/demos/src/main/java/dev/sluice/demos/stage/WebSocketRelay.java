package dev.sluice.demos.stage;

import dev.sluice.WebSocket;
import dev.sluice.wire.HttpHead;
import dev.sluice.wire.WebSocketFrame;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/// Forwards the messages of a page's WebSocket to the hub behind the relay and back, and records all bytes of
/// that connection for the page to show.
final class WebSocketRelay {
    private static final int TRY_AGAIN_LATER = 1013;
    private static final int NO_CODE = 1005;
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

    private final WebSocket page;
    private final Upstream upstream;
    private final Socket socket;
    private final OutputStream out;
    private final String connection;
    private final SecureRandom random = new SecureRandom();

    private WebSocketRelay(WebSocket page, Upstream upstream, Socket socket) throws IOException {
        this.page = page;
        this.upstream = upstream;
        this.socket = socket;
        out = socket.getOutputStream();
        connection = upstream.connection(page.request());
    }

    /// Runs until either side ends.
    static void run(WebSocket page, Upstream upstream) throws InterruptedException {
        try {
            Socket socket = upstream.connect();
            try {
                new WebSocketRelay(page, upstream, socket).run();
            } finally {
                upstream.disconnect(socket);
            }
        } catch (IOException cut) {
            if (Thread.interrupted()) throw new InterruptedException("the page was closed");
            page.close(TRY_AGAIN_LATER, "The connection was cut.");
        }
    }

    private void run() throws IOException, InterruptedException {
        byte[] head = Target.head(page.request(), upstream, UPGRADE);
        upstream.wire().add(WireUnit.http(connection, true, head));
        out.write(head);
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1024);
        HttpHead answer = HttpHead.read(in);
        upstream.wire().add(WireUnit.http(connection, false, answer.bytes()));
        if (answer.status() != 101) {
            page.close(TRY_AGAIN_LATER, "The hub accepts no WebSocket here.");
            return;
        }
        page.onText(text -> pass(WebSocketFrame.TEXT, text.getBytes(StandardCharsets.UTF_8)));
        page.onBinary(bytes -> pass(WebSocketFrame.BINARY, bytes));
        page.onClose(_ -> upstream.disconnect(socket));
        forward(in);
    }

    private void forward(InputStream in) throws IOException, InterruptedException {
        var message = new ByteArrayOutputStream();
        int opcode = WebSocketFrame.TEXT;
        while (true) {
            WebSocketFrame frame = WebSocketFrame.read(in);
            upstream.wire().add(WireUnit.frame(connection, false, frame));
            upstream.pace(frame.payload().length);
            switch (frame.opcode()) {
                case WebSocketFrame.CLOSE -> {
                    close(frame.payload());
                    return;
                }
                case WebSocketFrame.PING -> send(WebSocketFrame.PONG, frame.payload());
                case WebSocketFrame.TEXT, WebSocketFrame.BINARY, WebSocketFrame.CONTINUATION -> {
                    if (frame.opcode() != WebSocketFrame.CONTINUATION) opcode = frame.opcode();
                    message.write(frame.payload());
                    if (frame.isFinal()) deliver(opcode, message);
                }
                default -> {} // A pong; the relay sends no pings.
            }
        }
    }

    private void deliver(int opcode, ByteArrayOutputStream message) {
        if (opcode == WebSocketFrame.TEXT) page.send(message.toString(StandardCharsets.UTF_8));
        else page.send(message.toByteArray());
        message.reset();
    }

    private void close(byte[] payload) throws IOException {
        send(WebSocketFrame.CLOSE, payload);
        int code = payload.length < 2
                ? NO_CODE
                : Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort());
        if (code == NO_CODE) page.close();
        else page.close(code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    }

    private void pass(int opcode, byte[] payload) throws IOException {
        try {
            send(opcode, payload);
        } catch (IOException cut) {
            upstream.disconnect(socket); // The reading thread notices it and closes the page's WebSocket.
        }
    }

    /// Sends a frame with a mask, as a browser does.
    private synchronized void send(int opcode, byte[] payload) throws IOException {
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        var frame = new WebSocketFrame(WebSocketFrame.FIN | opcode, mask, payload);
        upstream.wire().add(WireUnit.frame(connection, true, frame));
        out.write(frame.bytes());
    }
}
