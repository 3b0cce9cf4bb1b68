package dev.sluice.load.http;

import dev.sluice.wire.PayloadFinder;
import dev.sluice.wire.WebSocketFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Parses messages in JSON, each with its cursor, for readers that reconnect: an event and its cursor count
/// once their message is complete. Slower than [PayloadFinder].
public final class MessageFinder implements Finder {
    /// The longest message.
    public static final int BYTES_MAX = WebSocketFrame.PAYLOAD_BYTES_MAX;

    private static final int INCOMPLETE = -1;

    /// Finds the end of a message.
    private interface Framing {
        /// Returns the index after the message that begins at this index; [#INCOMPLETE] if its end is missing.
        ///
        /// @param searched the index before which an earlier search found no end
        int end(byte[] bytes, int from, int searched, int to) throws IOException;
    }

    private final Framing framing;
    private final PayloadFinder payloads;
    private @Nullable String cursor;
    private byte[] kept = {}; // The beginning of a message.
    private int keptBytes;

    private MessageFinder(Framing framing, PayloadFinder.Taker taker, @Nullable String cursor) {
        this.framing = framing;
        this.cursor = cursor;
        payloads = new PayloadFinder(PayloadFinder.ANY_SIZE, taker);
    }

    /// A message is a line.
    ///
    /// @param cursor the cursor before the first message
    public static MessageFinder lines(PayloadFinder.Taker taker, @Nullable String cursor) {
        return new MessageFinder(MessageFinder::lineEnd, taker, cursor);
    }

    /// A message is a frame of a WebSocket.
    ///
    /// @param cursor the cursor before the first message
    /// @param pongs  receives the answer to each ping
    public static MessageFinder frames(
            PayloadFinder.Taker taker, @Nullable String cursor, Consumer<WebSocketFrame> pongs) {
        return new MessageFinder((bytes, from, _, to) -> frameEnd(bytes, from, to, pongs), taker, cursor);
    }

    @Override
    public @Nullable String cursor() {
        return cursor;
    }

    @Override
    public int find(ByteBuffer buffer, int from) throws IOException {
        int bytes = buffer.limit() - from;
        int all = keptBytes + bytes;
        if (all > BYTES_MAX) throw new IOException("a message is longer than 16 MiB");
        if (kept.length < all) kept = Arrays.copyOf(kept, Math.max(all, 2 * kept.length));
        buffer.get(from, kept, keptBytes, bytes);
        int at = 0;
        for (int end; (end = framing.end(kept, at, keptBytes, all)) != INCOMPLETE; at = end)
            take(Arrays.copyOfRange(kept, at, end));
        keptBytes = all - at;
        if (at > 0) System.arraycopy(kept, at, kept, 0, keptBytes);
        return buffer.limit();
    }

    private void take(byte[] message) {
        payloads.findAll(message);
        String found = place(message);
        if (found != null) cursor = found;
    }

    /// Returns the cursor of a message: its member `cursor`, or else `id`; null if it has neither.
    public static @Nullable String place(byte[] message) {
        String json = new String(message, StandardCharsets.UTF_8);
        String found = member(json, "\"cursor\":\"");
        return found == null ? member(json, "\"id\":\"") : found;
    }

    private static @Nullable String member(String json, String name) {
        int at = json.lastIndexOf(name);
        int end = json.indexOf('"', at + name.length());
        return at < 0 || end < 0 ? null : json.substring(at + name.length(), end);
    }

    private static int lineEnd(byte[] bytes, int from, int searched, int to) {
        for (int at = Math.max(from, searched); at < to; at++) if (bytes[at] == '\n') return at + 1;
        return INCOMPLETE;
    }

    /// The hub sends each message in one frame.
    private static int frameEnd(byte[] bytes, int from, int to, Consumer<WebSocketFrame> pongs) throws IOException {
        var in = new ByteArrayInputStream(bytes, from, to - from);
        if (!WebSocketFrame.isWhole(in)) return INCOMPLETE;
        var frame = WebSocketFrame.read(in);
        if (frame.opcode() == WebSocketFrame.CLOSE) throw new IOException("the server closed a WebSocket");
        if (frame.opcode() == WebSocketFrame.PING)
            pongs.accept(WebSocketFrame.masked(WebSocketFrame.FIN | WebSocketFrame.PONG, frame.payload()));
        return to - in.available();
    }
}
