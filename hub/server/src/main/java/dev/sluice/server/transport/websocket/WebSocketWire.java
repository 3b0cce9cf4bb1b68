package dev.sluice.server.transport.websocket;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.transport.FormatId;
import dev.sluice.server.transport.JsonMessages;
import dev.sluice.server.transport.Rejections;
import org.jspecify.annotations.Nullable;

/// One message per event (RFC 6455).
///
/// @param json     whether a message is the event's envelope or its data alone
/// @param deflates whether the client accepts compressed messages (RFC 7692)
public record WebSocketWire(boolean json, boolean deflates) implements Wire {
    private static final int RAW = FormatId.allot(2); // Uncompressed and compressed.
    private static final int JSON = FormatId.allot(2);

    private static final int REFUSED = 4000;
    private static final int DONE = 1000;
    private static final int RESTART = 1012;

    @Override
    public int formatId() {
        return (json ? JSON : RAW) + (deflates ? 1 : 0);
    }

    @Override
    public void event(Event event, ByteBuilder out) {
        if (!json && event.isForgotten()) return;
        int start = out.size();
        int opcode = FrameHead.TEXT;
        if (json) {
            JsonMessages.event(event, out);
        } else {
            out.write(event.data());
            if (event.contentKind() == ContentKind.BINARY) opcode = FrameHead.BINARY;
        }
        if (deflates && Deflate.compress(out, start)) opcode |= Frames.COMPRESSED;
        Frames.close(out, start, opcode);
    }

    /// The message with the starting cursor; null if the format has none.
    public byte @Nullable [] begin(Cursor at) {
        return json ? Frames.text(JsonMessages.begin(at)) : null;
    }

    @Override
    public byte @Nullable [] gap(Gap gap) {
        return json ? Frames.text(JsonMessages.wrap("gap", JsonMessages.gap(gap))) : null;
    }

    @Override
    public byte[] heartbeat(Cursor at, Lag behind) {
        byte[] ping = Frames.ping();
        if (!json) return ping;
        return ByteBuilder.concat(
                Frames.text(JsonMessages.wrap("heartbeat", JsonMessages.heartbeat(at, behind))), ping);
    }

    @Override
    public byte @Nullable [] closed(ChannelName channel, Cursor at) {
        return json ? Frames.text(JsonMessages.wrap("closed", JsonMessages.closed(channel, at))) : null;
    }

    @Override
    public String transport() {
        return "websocket";
    }

    @Override
    public byte @Nullable [] end(EndReason.Reported reason) {
        return switch (reason) {
            case EndReason.Complete _ -> complete();
            case EndReason.Reconnect back -> stopping(back.retryAfterMs());
            case EndReason.ByClient(int code, String text) -> Frames.close(code, text);
            case EndReason.Missing _, EndReason.TooFarBehind _, EndReason.Unavailable _, EndReason.Dismissal _ -> {
                Problem problem = Rejections.of(reason);
                yield problem == null ? null : refusal(problem);
            }
        };
    }

    private byte[] stopping(long retryAfterMs) {
        byte[] close = Frames.close(RESTART, "The server restarts.");
        if (!json || retryAfterMs == 0) return close;
        return ByteBuilder.concat(Frames.text(JsonMessages.wrap("drain", JsonMessages.drain(retryAfterMs))), close);
    }

    static byte[] complete() {
        return Frames.close(DONE, "All channels have ended.");
    }

    /// The frames that refuse a client: the close code is 4000 + the HTTP status, as browsers hide the status of
    /// the handshake.
    byte[] refusal(Problem problem) {
        byte[] close = Frames.close(REFUSED + problem.status(), problem.title());
        return json
                ? ByteBuilder.concat(Frames.text(JsonMessages.wrap("error", JsonMessages.error(problem))), close)
                : close;
    }
}
