package dev.sluice.demos.stage;

import dev.sluice.WebSocket;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/// Passes the messages of a page's WebSocket to the hub of its stage and back, and keeps all bytes of that
/// connection for the page to show.
final class Relay {
    private static final int HEAD_BYTES_MAX = 16 * 1024;
    private static final int TRY_AGAIN_LATER = 1013;
    private static final int NO_CODE = 1005;
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

    private final WebSocket page;
    private final Stage stage;
    private final Socket socket;
    private final OutputStream out;
    private final String connection;
    private final SecureRandom random = new SecureRandom();

    private Relay(WebSocket page, Stage stage, Socket socket) throws IOException {
        this.page = page;
        this.stage = stage;
        this.socket = socket;
        out = socket.getOutputStream();
        connection = Target.connection(page.request());
    }

    /// Runs until either side ends.
    static void run(WebSocket page, Stage stage) throws InterruptedException {
        try {
            Socket socket = stage.connect();
            try {
                new Relay(page, stage, socket).run();
            } finally {
                stage.disconnect(socket);
            }
        } catch (IOException cut) {
            if (Thread.interrupted()) throw new InterruptedException("the page was closed");
            page.close(TRY_AGAIN_LATER, "The connection was cut.");
        }
    }

    private void run() throws IOException, InterruptedException {
        byte[] head = Target.head(page.request(), stage.port(), UPGRADE);
        stage.wire().add(WireUnit.http(connection, true, head));
        out.write(head);
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1024);
        byte[] answer = head(in);
        stage.wire().add(WireUnit.http(connection, false, answer));
        if (!new String(answer, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 101 ")) {
            page.close(TRY_AGAIN_LATER, "The hub accepts no WebSocket here.");
            return;
        }
        page.onText(text -> pass(Frame.TEXT, text.getBytes(StandardCharsets.UTF_8)));
        page.onBinary(bytes -> pass(Frame.BINARY, bytes));
        page.onClose(_ -> stage.disconnect(socket));
        forward(in);
    }

    private static byte[] head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int ends = 0; ends < 2; ) {
            int next = in.read();
            if (next < 0 || head.size() == HEAD_BYTES_MAX) throw new IOException("the hub sent no complete head");
            head.write(next);
            if (next == '\n') ends++;
            else if (next != '\r') ends = 0;
        }
        return head.toByteArray();
    }

    private void forward(InputStream in) throws IOException, InterruptedException {
        var message = new ByteArrayOutputStream();
        int opcode = Frame.TEXT;
        while (true) {
            Frame frame = Frame.read(in);
            stage.wire().add(WireUnit.frame(connection, false, frame));
            stage.pace(frame.payload().length);
            switch (frame.opcode()) {
                case Frame.CLOSE -> {
                    close(frame.payload());
                    return;
                }
                case Frame.PING -> send(Frame.PONG, frame.payload());
                case Frame.TEXT, Frame.BINARY, Frame.CONTINUATION -> {
                    if (frame.opcode() != Frame.CONTINUATION) opcode = frame.opcode();
                    message.write(frame.payload());
                    if (frame.isFinal()) deliver(opcode, message);
                }
                default -> {} // A pong: the relay sends no pings.
            }
        }
    }

    private void deliver(int opcode, ByteArrayOutputStream message) {
        if (opcode == Frame.TEXT) page.send(message.toString(StandardCharsets.UTF_8));
        else page.send(message.toByteArray());
        message.reset();
    }

    private void close(byte[] payload) throws IOException {
        send(Frame.CLOSE, payload);
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
            stage.disconnect(socket); // The thread that reads notices it, and closes the page's WebSocket.
        }
    }

    /// Sends a frame with a mask, as a browser does.
    private synchronized void send(int opcode, byte[] payload) throws IOException {
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        var frame = new Frame(true, opcode, mask, payload);
        stage.wire().add(WireUnit.frame(connection, true, frame));
        out.write(frame.bytes());
    }
}
