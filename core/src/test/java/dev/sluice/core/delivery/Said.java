package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What a [RecordingWire] has said, read back from its bytes. Strict: what is not whole, or not one of these, is left
/// over.
sealed interface Said {
    record AnEvent(Cursor id, String channel, String data) implements Said {}

    record AGap(String after, Cursor resume, Gap.Reason reason) implements Said {}

    record ABeat(Cursor at, long behind) implements Said {}

    record AClose(String channel, Cursor at) implements Said {}

    record AnEnd(String why) implements Said {}

    record Words(String text) implements Said {}

    /// @param whole what was said to its end
    /// @param left  how many bytes of what is not whole follow
    record All(List<Said> whole, int left) {}

    static All parse(byte[] bytes) {
        List<Said> whole = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int line = at;
            while (line < bytes.length && bytes[line] != '\n') line++;
            if (line == bytes.length) break;
            String[] words = new String(bytes, at, line - at, StandardCharsets.UTF_8).split(" ", -1);
            int next = line + 1;
            if (words[0].equals("event")) {
                int length = Integer.parseInt(words[3]);
                if (bytes.length < next + length + 1) break;
                String data = new String(bytes, next, length, StandardCharsets.UTF_8);
                whole.add(new AnEvent(cursor(words[1]), words[2], data));
                next += length + 1;
                if (bytes[next - 1] != '\n') throw new AssertionError("an event that does not end where it should");
            } else {
                whole.add(words(words));
            }
            at = next;
        }
        return new All(whole, bytes.length - at);
    }

    private static Said words(String[] words) {
        return switch (words[0]) {
            case "gap" -> new AGap(words[1], cursor(words[2]), Gap.Reason.valueOf(words[3]));
            case "beat" -> new ABeat(cursor(words[1]), Long.parseLong(words[2]));
            case "closed" -> new AClose(words[1], cursor(words[2]));
            case "end" -> new AnEnd(words[1]);
            case "words" -> new Words(words[1]);
            default -> throw new AssertionError("torn: " + String.join(" ", words));
        };
    }

    private static Cursor cursor(String text) {
        return Cursor.parse(text).orElseThrow();
    }
}
