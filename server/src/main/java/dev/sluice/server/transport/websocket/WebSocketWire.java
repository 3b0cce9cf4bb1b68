package dev.sluice.server.transport.websocket;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Ending;
import dev.sluice.core.delivery.Wire;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.Problem;
import dev.sluice.server.transport.Form;
import dev.sluice.server.transport.JsonMessages;
import dev.sluice.server.transport.Refusals;
import org.jspecify.annotations.Nullable;

/// A message per event (RFC 6455).
///
/// @param json     whether a message is the event's envelope, or its data alone
/// @param deflates whether the client takes compressed messages (RFC 7692)
public record WebSocketWire(boolean json, boolean deflates) implements Wire {
    private static final int REFUSED = 4000;
    private static final int DONE = 1000;
    private static final int RESTART = 1012;

    @Override
    public int form() {
        Form form = deflates
                ? (json ? Form.WEBSOCKET_JSON_DEFLATED : Form.WEBSOCKET_RAW_DEFLATED)
                : (json ? Form.WEBSOCKET_JSON : Form.WEBSOCKET_RAW);
        return form.number();
    }

    @Override
    public void event(Event event, Bytes out) {
        if (!json && event.isForgotten()) return;
        int start = out.size();
        int opcode = Frames.TEXT;
        if (json) {
            JsonMessages.event(event, out);
        } else {
            out.write(event.content().bytes());
            if (event.content().kind() == Content.Kind.BINARY) opcode = Frames.BINARY;
        }
        if (deflates && Deflate.compress(out, start)) opcode |= Frames.COMPRESSED;
        Frames.close(out, start, opcode);
    }

    /// Where the stream begins; null: this wire does not say.
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
        return Bytes.both(Frames.text(JsonMessages.wrap("heartbeat", JsonMessages.heartbeat(at, behind))), ping);
    }

    @Override
    public byte @Nullable [] closed(ChannelName channel, Cursor at) {
        return json ? Frames.text(JsonMessages.wrap("closed", JsonMessages.closed(channel, at))) : null;
    }

    @Override
    public byte @Nullable [] end(Ending ending) {
        return switch (ending) {
            case Ending.Complete _ -> complete();
            case Ending.Stopping _ -> Frames.close(RESTART, "The server restarts.");
            case Ending.ByClient(int code, String why) -> Frames.close(code, why);
            case Ending.Missing _, Ending.TooFarBehind _, Ending.Unavailable _ -> {
                Problem problem = Refusals.of(ending);
                yield problem == null ? null : refusal(problem);
            }
        };
    }

    static byte[] complete() {
        return Frames.close(DONE, "All channels have ended.");
    }

    /// The last words to a client that is refused: 4000 + the status, as browsers hide the handshake's.
    byte[] refusal(Problem problem) {
        byte[] close = Frames.close(REFUSED + problem.status(), problem.title());
        return json ? Bytes.both(Frames.text(JsonMessages.wrap("error", JsonMessages.error(problem))), close) : close;
    }
}
