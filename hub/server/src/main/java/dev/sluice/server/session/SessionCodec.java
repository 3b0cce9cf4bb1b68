package dev.sluice.server.session;

import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.transport.FormatId;
import dev.sluice.server.transport.JsonMessages;
import dev.sluice.server.transport.websocket.Frames;

/// Encodes a session's messages for its transport. An event has two parts: a prefix with the subscription's `ref`,
/// then the envelope, which all sessions share.
sealed interface SessionCodec {
    /// See [dev.sluice.core.delivery.stream.Wire#formatId]; for the second part.
    int formatId();

    /// See [dev.sluice.core.delivery.stream.Wire#transport].
    String transport();

    byte[] prefix(String json);

    /// Writes the second part: an envelope without its opening brace.
    void envelope(Event event, ByteBuilder out);

    byte[] message(String json);

    /// A frame that the client answers automatically, so that a session that only receives is known to be alive;
    /// empty if the transport has none.
    byte[] ping();

    /// The last bytes of a server that is stopping.
    ///
    /// @param retryAfterMs when the client should reconnect; 0 for any time
    byte[] stopping(long retryAfterMs);

    /// The last bytes of a session that is refused after its start.
    byte[] refusal(Problem problem);

    /// Writes an envelope without its opening brace.
    private static void members(Event event, ByteBuilder out) {
        ByteBuilder whole = new ByteBuilder();
        JsonMessages.event(event, whole);
        out.write(whole.array(), 1, whole.size() - 1);
    }

    /// An event is a message of two frames (RFC 6455 §5.4); other messages have one.
    record OverWebSocket() implements SessionCodec {
        private static final int FORMAT = FormatId.allot(1);

        static final int RESTART = 1012;
        private static final int REFUSED = 4000;

        @Override
        public int formatId() {
            return FORMAT;
        }

        @Override
        public String transport() {
            return "websocket";
        }

        @Override
        public byte[] prefix(String json) {
            return Frames.firstOfTwo(json);
        }

        @Override
        public void envelope(Event event, ByteBuilder out) {
            int start = out.size();
            members(event, out);
            Frames.secondOfTwo(out, start);
        }

        @Override
        public byte[] message(String json) {
            return Frames.text(json);
        }

        @Override
        public byte[] ping() {
            return Frames.ping();
        }

        @Override
        public byte[] stopping(long retryAfterMs) {
            byte[] close = Frames.close(RESTART, "The server restarts.");
            return retryAfterMs == 0 ? close : ByteBuilder.concat(message(ServerMessage.drain(retryAfterMs)), close);
        }

        @Override
        public byte[] refusal(Problem problem) {
            return ByteBuilder.concat(
                    message(ServerMessage.error(null, problem)),
                    Frames.close(REFUSED + problem.status(), problem.title()));
        }
    }

    /// A message is an unnamed event with one line of data (WHATWG HTML §9.2).
    record OverSse(BodyFraming framing) implements SessionCodec {
        private static final int FORMAT = FormatId.allot(BodyFraming.COUNT);

        @Override
        public int formatId() {
            return FORMAT + framing.index();
        }

        @Override
        public String transport() {
            return "sse";
        }

        @Override
        public byte[] prefix(String json) {
            return framing.piece("data: " + json);
        }

        @Override
        public void envelope(Event event, ByteBuilder out) {
            int start = out.size();
            members(event, out);
            out.text("\n\n");
            framing.close(out, start);
        }

        @Override
        public byte[] message(String json) {
            return framing.piece("data: " + json + "\n\n");
        }

        @Override
        public byte[] ping() {
            return new byte[0];
        }

        @Override
        public byte[] stopping(long retryAfterMs) {
            if (retryAfterMs == 0) return framing.end();
            return framing.lastPiece("data: " + ServerMessage.drain(retryAfterMs) + "\n\n");
        }

        @Override
        public byte[] refusal(Problem problem) {
            return framing.lastPiece("data: " + ServerMessage.error(null, problem) + "\n\n");
        }
    }
}
