package dev.sluice.load;

import dev.sluice.wire.Payload;
import dev.sluice.wire.WebSocketFrame;
import java.nio.ByteBuffer;

/// Writes publish requests from prepared bytes before and after each payload.
sealed interface RequestWriter {
    /// The maximum size of a request.
    int bytesMax();

    /// Writes a request with a publisher's next events, starting with its n-th.
    void write(ByteBuffer out, PublisherChannels lanes, int publisher, long n, int[] sequences, int dueUs);

    static RequestWriter of(Plan plan, Paths paths) {
        if (plan.publishesOverWebSocket()) return new Message(plan);
        return plan.batch() > 1 ? new Batch(plan, paths) : new Post(plan, paths);
    }

    /// Writes a payload with the next sequence number of its lane.
    private static void payload(ByteBuffer out, byte[] blank, int lane, int[] sequences, int dueUs) {
        int start = out.position();
        out.put(blank);
        Payload.stamp(out, start, lane, sequences[lane]++, dueUs);
    }

    /// One POST per event.
    final class Post implements RequestWriter {
        private static final int KEY_BYTES_MAX = 64;

        private final byte[] blank;
        private final byte[][] heads;
        private final boolean hasKeys;

        Post(Plan plan, Paths paths) {
            blank = Payload.blank(plan.size());
            hasKeys = plan.resumes();
            heads = new byte[plan.channels()][];
            for (int channel = 0; channel < heads.length; channel++) {
                heads[channel] = Paths.bytes("POST " + paths.publish(channel) + " HTTP/1.1\r\nHost: "
                        + plan.target().authority() + "\r\nContent-Type: text/plain\r\nContent-Length: " + plan.size()
                        + (hasKeys ? "\r\n" : "\r\n\r\n"));
            }
        }

        @Override
        public int bytesMax() {
            return heads[heads.length - 1].length + KEY_BYTES_MAX + blank.length;
        }

        @Override
        public void write(ByteBuffer out, PublisherChannels lanes, int publisher, long n, int[] sequences, int dueUs) {
            int lane = lanes.lane(publisher, n);
            out.put(heads[lanes.channel(lane)]);
            // A request that is sent again must not be published twice.
            if (hasKeys) out.put(Paths.bytes("Idempotency-Key: " + lane + "-" + sequences[lane] + "\r\n\r\n"));
            payload(out, blank, lane, sequences, dueUs);
        }
    }

    /// Several events per POST, as JSON lines; only for hubs.
    final class Batch implements RequestWriter {
        private static final byte[] LINE_END = Paths.bytes("\"}\n");

        private final int events;
        private final byte[] blank;
        private final byte[] head;
        private final byte[][] lines;

        Batch(Plan plan, Paths paths) {
            events = plan.batch();
            blank = Payload.blank(plan.size());
            lines = new byte[plan.channels()][];
            for (int channel = 0; channel < lines.length; channel++) {
                lines[channel] = Paths.bytes("{\"channel\":\"" + paths.name(channel) + "\",\"data\":\"");
            }
            head = Paths.bytes("POST " + paths.publish(0) + " HTTP/1.1\r\nHost: "
                    + plan.target().authority() + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: ");
        }

        @Override
        public int bytesMax() {
            return head.length + 16 + events * (lines[lines.length - 1].length + blank.length + LINE_END.length);
        }

        @Override
        public void write(ByteBuffer out, PublisherChannels lanes, int publisher, long n, int[] sequences, int dueUs) {
            int length = 0;
            for (int i = 0; i < events; i++) {
                length += line(lanes, publisher, n + i).length + blank.length + LINE_END.length;
            }
            out.put(head).put(Paths.bytes(length + "\r\n\r\n"));
            for (int i = 0; i < events; i++) {
                out.put(line(lanes, publisher, n + i));
                payload(out, blank, lanes.lane(publisher, n + i), sequences, dueUs);
                out.put(LINE_END);
            }
        }

        private byte[] line(PublisherChannels lanes, int publisher, long n) {
            return lines[lanes.channel(lanes.lane(publisher, n))];
        }
    }

    /// A message on a WebSocket of one channel.
    final class Message implements RequestWriter {
        private final byte[] blank;
        private final byte[] head;

        Message(Plan plan) {
            blank = Payload.blank(plan.size());
            head = WebSocketFrame.plain(WebSocketFrame.FIN | WebSocketFrame.TEXT, blank)
                    .head();
        }

        @Override
        public int bytesMax() {
            return head.length + blank.length;
        }

        @Override
        public void write(ByteBuffer out, PublisherChannels lanes, int publisher, long n, int[] sequences, int dueUs) {
            out.put(head);
            payload(out, blank, lanes.lane(publisher, n), sequences, dueUs);
        }
    }
}
