package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.wire.WebSocketFrame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A WebSocket client that controls every byte, so that it can also send invalid input.
public final class WebSocketListener extends Listener {
    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private final RawClient client;
    private final InputStream in;
    private final boolean json;
    private final ArrayDeque<byte[]> pongs = new ArrayDeque<>();
    private final ArrayDeque<JsonNode> receipts = new ArrayDeque<>();
    private int pings;
    private boolean answersPings = true;
    private boolean isOver;

    public WebSocketListener(TestServer server, String target, boolean json, String... headers) {
        this.client = new RawClient(server);
        this.json = json;
        List<String> lines = new ArrayList<>(List.of(
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        lines.addAll(List.of(headers));
        client.get(target, lines.toArray(String[]::new));
        head(client.until("\r\n\r\n"));
        try {
            in = client.socket().getInputStream();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        // The example from RFC 6455 §1.3.
        if (status() == 101) assertThat(header("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        else add(new Received.AnEnd(Integer.toString(status())));
    }

    public RawClient client() {
        return client;
    }

    public WebSocketListener leavePingsUnanswered() {
        answersPings = false;
        return this;
    }

    public int pings() {
        return pings;
    }

    /// The next pong's payload; items received before it stay queued.
    public byte[] pong() {
        while (pongs.isEmpty()) read();
        return pongs.removeFirst();
    }

    /// The next answer to a publish.
    public JsonNode receipt() {
        while (receipts.isEmpty()) read();
        return receipts.removeFirst();
    }

    public WebSocketListener sendText(String text) {
        return send(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends a masked frame.
    ///
    /// @param first the first byte: FIN, reserved bits, opcode
    public WebSocketListener send(int first, byte[] payload) {
        client.send(new WebSocketFrame(first, MASK, payload).bytes());
        return this;
    }

    /// Sends arbitrary bytes.
    public WebSocketListener sendRaw(byte... bytes) {
        client.send(bytes);
        return this;
    }

    /// Reads the next frame of any kind.
    public WebSocketFrame frame() throws IOException {
        WebSocketFrame frame = WebSocketFrame.read(in);
        if (frame.mask() != null) throw new AssertionError("a server must not mask");
        return frame;
    }

    @Override
    protected void read() {
        if (isOver) throw new AssertionError("nothing may follow the end");
        try {
            handle(frame());
        } catch (IOException broken) {
            isOver = true;
            add(new Received.AnEnd("cut"));
        }
    }

    private void handle(WebSocketFrame frame) {
        if ((frame.first() & 0xF0) != 0x80) throw new AssertionError("a fragment, or reserved bits: " + frame.first());
        String text = new String(frame.payload(), StandardCharsets.UTF_8);
        switch (frame.opcode()) {
            case 1 -> {
                if (json) add(Envelopes.parse(text));
                else add(new Received.AnEvent(null, null, null, text));
            }
            case 2 -> add(new Received.AnEvent(null, null, "binary", text));
            case 8 -> close(frame.payload());
            case 9 -> {
                pings++;
                if (answersPings) send(0x8A, frame.payload());
                if (!json) add(new Received.AHeartbeat(null, 0));
            }
            case 10 -> pongs.add(frame.payload());
            default -> throw new AssertionError("opcode " + frame.opcode());
        }
    }

    private void close(byte[] payload) {
        isOver = true;
        int code = ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        add(new Received.AnEnd(Integer.toString(code)));
        send(0x88, Arrays.copyOf(payload, 2));
        try {
            if (in.read() >= 0) throw new AssertionError("bytes after the close frame");
        } catch (IOException reset) {
            throw new AssertionError("the server reset a connection that it had closed", reset);
        }
    }

    @Override
    protected void addOther(JsonNode object) {
        receipts.add(object);
    }

    @Override
    protected void add(JsonNode object) {
        boolean isReceipt = object.has("error") && object.get("error").has("ref");
        if (isReceipt) receipts.add(object);
        else super.add(object);
    }

    @Override
    public void close() {
        client.close();
    }
}
