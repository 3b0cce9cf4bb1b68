package dev.sluice.server.session;

import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.event.Event;
import dev.sluice.server.transport.Form;
import dev.sluice.server.transport.Framing;
import dev.sluice.server.transport.JsonMessages;
import dev.sluice.server.transport.websocket.Frames;

/// How a session's messages stand on its line. An event's is in two parts, so that all sessions share the second: a
/// lead
/// with the subscription's `ref`, then the envelope.
sealed interface Spelling {
    /// See [dev.sluice.core.delivery.Wire#form]: of the second part.
    int form();

    byte[] lead(String text);

    /// The second part: what is left of an envelope behind its first brace.
    void rest(Event event, Bytes out);

    byte[] message(String json);

    /// What the client has to answer by itself, so that a session that only listens is known to live. Empty: nothing.
    byte[] ping();

    /// The last words when the server stops.
    byte[] stopping();

    /// Writes an envelope without its first brace.
    private static void members(Event event, Bytes out) {
        Bytes envelope = new Bytes();
        JsonMessages.event(event, envelope);
        out.write(envelope.array(), 1, envelope.size() - 1);
    }

    /// A message of two frames (RFC 6455 §5.4), or of one.
    record OverWebSocket() implements Spelling {
        static final int RESTART = 1012;

        @Override
        public int form() {
            return Form.SESSION_WEBSOCKET.number();
        }

        @Override
        public byte[] lead(String text) {
            return Frames.begun(text);
        }

        @Override
        public void rest(Event event, Bytes out) {
            int start = out.size();
            members(event, out);
            Frames.finish(out, start);
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
        public byte[] stopping() {
            return Frames.close(RESTART, "The server restarts.");
        }
    }

    /// An event of one line of data, without a name (WHATWG HTML §9.2).
    record OverSse(Framing framing) implements Spelling {
        @Override
        public int form() {
            Form form = switch (framing) {
                case CHUNKED -> Form.SESSION_SSE_CHUNKED;
                case PLAIN -> Form.SESSION_SSE;
            };
            return form.number();
        }

        @Override
        public byte[] lead(String text) {
            return framing.piece("data: " + text);
        }

        @Override
        public void rest(Event event, Bytes out) {
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
        public byte[] stopping() {
            return framing.end();
        }
    }
}
