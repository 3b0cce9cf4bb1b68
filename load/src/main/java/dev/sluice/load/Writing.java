package dev.sluice.load;

import java.nio.ByteBuffer;

/// How published events are spelled: each lane has the bytes that come before and after its payload.
sealed interface Writing {
    /// Bytes that one request has at most.
    int bytesMax();

    /// Writes a request with the events that a publisher has from its n-th on.
    void write(ByteBuffer out, Lanes lanes, int publisher, long n, int[] sequences, int dueUs);

    static Writing of(Plan plan, Paths paths) {
        if (plan.publishesOverWebSocket()) return new Message(plan);
        return plan.batch() > 1 ? new Batch(plan, paths) : new Post(plan, paths);
    }

    /// A payload with the next number of its lane.
    private static void payload(ByteBuffer out, byte[] blank, int lane, int[] sequences, int dueUs) {
        int at = out.position();
        out.put(blank);
        Payload.stamp(out, at, lane, sequences[lane]++, dueUs);
    }

    /// A POST for each event.
    final class Post implements Writing {
        private final byte[] blank;
        private final byte[][] heads;

        Post(Plan plan, Paths paths) {
            blank = Payload.blank(plan.size());
            heads = new byte[plan.channels()][];
            for (int channel = 0; channel < heads.length; channel++) {
                heads[channel] = Paths.bytes("POST " + paths.publish(channel) + " HTTP/1.1\r\nHost: "
                        + plan.target().authority() + "\r\nContent-Type: text/plain\r\nContent-Length: " + plan.size()
                        + "\r\n\r\n");
            }
        }

        @Override
        public int bytesMax() {
            return heads[heads.length - 1].length + blank.length;
        }

        @Override
        public void write(ByteBuffer out, Lanes lanes, int publisher, long n, int[] sequences, int dueUs) {
            int lane = lanes.lane(publisher, n);
            out.put(heads[lanes.channel(lane)]);
            payload(out, blank, lane, sequences, dueUs);
        }
    }

    /// Many events in a POST, as JSON lines: what hubs take.
    final class Batch implements Writing {
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
        public void write(ByteBuffer out, Lanes lanes, int publisher, long n, int[] sequences, int dueUs) {
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

        private byte[] line(Lanes lanes, int publisher, long n) {
            return lines[lanes.channel(lanes.lane(publisher, n))];
        }
    }

    /// A message on a WebSocket of one channel.
    final class Message implements Writing {
        private final byte[] blank;
        private final byte[] head;

        Message(Plan plan) {
            blank = Payload.blank(plan.size());
            head = Frames.textHead(plan.size());
        }

        @Override
        public int bytesMax() {
            return head.length + blank.length;
        }

        @Override
        public void write(ByteBuffer out, Lanes lanes, int publisher, long n, int[] sequences, int dueUs) {
            out.put(head);
            payload(out, blank, lanes.lane(publisher, n), sequences, dueUs);
        }
    }
}
