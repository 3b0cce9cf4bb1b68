package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.GapReason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The output of a [RecordingWire], parsed from its bytes. Strict: incomplete or unknown output is left over.
public sealed interface WireOutput {
    record AnEvent(Cursor id, String channel, String data) implements WireOutput {}

    record AGap(String after, Cursor resume, GapReason reason) implements WireOutput {}

    record AHeartbeat(Cursor at, long lag) implements WireOutput {}

    record AChannelEnd(String channel, Cursor at) implements WireOutput {}

    record AnEnd(String reason) implements WireOutput {}

    record Control(String text) implements WireOutput {}

    /// @param complete the outputs that are complete
    /// @param leftover the number of bytes that follow, of an incomplete output
    record All(List<WireOutput> complete, int leftover) {}

    static All parse(byte[] bytes) {
        List<WireOutput> complete = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int line = at;
            while (line < bytes.length && bytes[line] != '\n') line++;
            if (line == bytes.length) break;
            String[] fields = new String(bytes, at, line - at, StandardCharsets.UTF_8).split(" ", -1);
            int next = line + 1;
            if (fields[0].equals("event")) {
                int length = Integer.parseInt(fields[3]);
                if (bytes.length < next + length + 1) break;
                String data = new String(bytes, next, length, StandardCharsets.UTF_8);
                complete.add(new AnEvent(cursor(fields[1]), fields[2], data));
                next += length + 1;
                if (bytes[next - 1] != '\n') throw new AssertionError("an event without its final newline");
            } else {
                complete.add(controlFrame(fields));
            }
            at = next;
        }
        return new All(complete, bytes.length - at);
    }

    private static WireOutput controlFrame(String[] fields) {
        return switch (fields[0]) {
            case "gap" -> new AGap(fields[1], cursor(fields[2]), GapReason.valueOf(fields[3]));
            case "heartbeat" -> new AHeartbeat(cursor(fields[1]), Long.parseLong(fields[2]));
            case "closed" -> new AChannelEnd(fields[1], cursor(fields[2]));
            case "end" -> new AnEnd(fields[1]);
            case "control" -> new Control(fields[1]);
            default -> throw new AssertionError("unknown output: " + String.join(" ", fields));
        };
    }

    private static Cursor cursor(String text) {
        return Cursor.parse(text).orElseThrow();
    }
}
