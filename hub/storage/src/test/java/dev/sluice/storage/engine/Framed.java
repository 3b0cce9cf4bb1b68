package dev.sluice.storage.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The place of a record in an intact [RecordFile].
///
/// @param at  start of its header
/// @param end end of its data
public record Framed(int at, int end) {
    public static List<Framed> of(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        List<Framed> all = new ArrayList<>();
        for (int at = 0; at + RecordBlock.HEADER <= bytes.length; at = all.getLast().end) {
            int left = RecordBlock.SIZE - at % RecordBlock.SIZE;
            if (left < RecordBlock.HEADER) at += left;
            int length = (bytes[at + 4] & 0xff) + 256 * (bytes[at + 5] & 0xff);
            all.add(new Framed(at, at + RecordBlock.HEADER + length));
        }
        return all;
    }

    /// The place of its length, of two bytes.
    public int lengthAt() {
        return at + 4;
    }
}
