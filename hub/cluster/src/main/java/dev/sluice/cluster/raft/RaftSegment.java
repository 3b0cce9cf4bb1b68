package dev.sluice.cluster.raft;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/// A file of a Raft log, in the format of Ratis. Ratis itself skips the rest of a file after a damaged entry
/// length, as if a crash had cut the file short.
///
/// ```
/// RaftLog1                                                        8 bytes
/// repeated: length (varint), entry (LogEntryProto), CRC-32C of both (4 bytes)
/// zeros, in the newest file: preallocated space
/// ```
///
/// @param first the index of its first entry
/// @param last  the index of its last entry; null if entries are still appended
record RaftSegment(Path file, long first, @Nullable Long last) {
    private static final Pattern NAME = Pattern.compile("log_(\\d+)-(\\d+)|log_inprogress_(\\d+)");
    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_BYTES = Integer.BYTES;
    private static final int LENGTH_BYTES_MAX = 4; // 28 bits: more than the largest entry needs.
    private static final int ENTRY_BYTES_MAX = RaftSettings.ENTRY_BYTES_MAX + (64 << 10);

    /// The tags of the first two fields of a LogEntryProto, `uint64 term = 1` and `uint64 index = 2`.
    private static final int TERM_TAG = 1 << 3;

    /// @return null if it is a file of another kind
    static @Nullable RaftSegment of(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) return null;
        if (name.group(3) != null) return new RaftSegment(file, Long.parseLong(name.group(3)), null);
        return new RaftSegment(file, Long.parseLong(name.group(1)), Long.parseLong(name.group(2)));
    }

    /// The content of a file.
    ///
    /// @param bytes  the bytes of the header and all whole entries
    /// @param next   the index after the last whole entry
    /// @param isTorn whether a crash has cut short the write of a further entry, which was not acknowledged
    /// @param damage the damage after the last whole entry; null if there is none
    record Content(
            int bytes, long next, boolean isTorn, @Nullable String damage) {}

    /// Passes on all whole entries before any damage.
    Content read(Consumer<LogEntryProto> entries) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            if (channel.size() > Integer.MAX_VALUE) return damaged(0, first, "it is too large");
            ByteBuffer bytes =
                    channel.map(MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
            return read(bytes, entries);
        }
    }

    private Content read(ByteBuffer bytes, Consumer<LogEntryProto> entries) {
        int end = end(bytes);
        if (!hasHeader(bytes, end)) return damaged(0, first, "it does not begin like a Raft log");
        int at = Math.min(HEADER.length, end);
        long next = first;
        while (at < end) {
            int size = wholeEntry(bytes, at, end);
            if (size < 0) {
                return isTorn(bytes, at, end)
                        ? new Content(at, next, true, last == null ? null : shortOf(next))
                        : damaged(at, next, "its entry " + next + " is not as it was written");
            }
            LogEntryProto entry = parse(bytes, at);
            if (entry == null || entry.getIndex() != next) {
                return damaged(at, next, "another entry stands where entry " + next + " should be");
            }
            entries.accept(entry);
            at += size;
            next++;
        }
        return new Content(at, next, false, last == null || next == last + 1 ? null : shortOf(next));
    }

    private String shortOf(long next) {
        return "The Raft log is damaged: entry " + next + " is missing at the end of '" + file + "'";
    }

    private Content damaged(int at, long next, String what) {
        return new Content(at, next, false, "The Raft log is damaged: '" + file + "' at byte " + at + ", as " + what);
    }

    /// The position after the last byte that is not zero.
    private static int end(ByteBuffer bytes) {
        int end = bytes.limit();
        while (end > 0 && bytes.get(end - 1) == 0) end--;
        return end;
    }

    private static boolean hasHeader(ByteBuffer bytes, int end) {
        for (int i = 0; i < HEADER.length && i < end; i++) if (bytes.get(i) != HEADER[i]) return false;
        return true;
    }

    /// The size of the whole entry at a place, with its length and checksum; -1 if there is none.
    private static int wholeEntry(ByteBuffer bytes, int at, int end) {
        int lengthBytes = lengthBytes(bytes, at, end);
        if (lengthBytes < 0) return -1;
        int length = length(bytes, at, lengthBytes);
        int checked = lengthBytes + length;
        if (length == 0 || length > ENTRY_BYTES_MAX || at + checked + CRC_BYTES > bytes.limit()) return -1;
        return crc(bytes, at, checked) == bytes.getInt(at + checked) ? checked + CRC_BYTES : -1;
    }

    /// The size of the varint at a place; -1 if it is too long or cut short.
    private static int lengthBytes(ByteBuffer bytes, int at, int end) {
        for (int i = 0; i < LENGTH_BYTES_MAX && at + i < end; i++) if (bytes.get(at + i) >= 0) return i + 1;
        return -1;
    }

    private static int length(ByteBuffer bytes, int at, int lengthBytes) {
        int length = 0;
        for (int i = lengthBytes - 1; i >= 0; i--) length = (length << 7) | (bytes.get(at + i) & 0x7f);
        return length;
    }

    private static int crc(ByteBuffer bytes, int at, int size) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(at, size));
        return (int) crc.getValue();
    }

    private static @Nullable LogEntryProto parse(ByteBuffer bytes, int at) {
        int lengthBytes = lengthBytes(bytes, at, bytes.limit());
        try {
            return LogEntryProto.parseFrom(bytes.slice(at + lengthBytes, length(bytes, at, lengthBytes)));
        } catch (InvalidProtocolBufferException _) {
            return null;
        }
    }

    /// Returns true if the bytes at a place are the beginning of an entry that a crash has cut short. With a
    /// damaged entry, in contrast, the bytes continue up to its checksum, or another entry follows.
    private static boolean isTorn(ByteBuffer bytes, int at, int end) {
        int lengthBytes = lengthBytes(bytes, at, end);
        if (lengthBytes < 0) return end - at < LENGTH_BYTES_MAX; // Cut short in the length itself.
        int length = length(bytes, at, lengthBytes);
        int checked = lengthBytes + length;
        if (length == 0 || length > ENTRY_BYTES_MAX || end >= at + checked + CRC_BYTES) return false;
        if (end > at + checked && !endsInCrc(bytes, at, checked, end)) return false;
        return !isWholeWithAnotherLength(bytes, at, end) && !hasEntryAfter(bytes, at, end);
    }

    /// Returns true if the present bytes of the checksum match the bytes before it.
    private static boolean endsInCrc(ByteBuffer bytes, int at, int checked, int end) {
        int crc = crc(bytes, at, checked);
        for (int i = 0; at + checked + i < end; i++) {
            if (bytes.get(at + checked + i) != (byte) (crc >> (8 * (CRC_BYTES - 1 - i)))) return false;
        }
        return true;
    }

    /// Returns true if the bytes up to the end, perhaps with some zeros, are an entry with only its length
    /// damaged.
    private static boolean isWholeWithAnotherLength(ByteBuffer bytes, int at, int end) {
        for (int zeros = 0; zeros < CRC_BYTES && end + zeros <= bytes.limit(); zeros++) {
            for (int lengthBytes = 1; lengthBytes <= LENGTH_BYTES_MAX; lengthBytes++) {
                int body = at + lengthBytes;
                int length = end + zeros - CRC_BYTES - body;
                if (length <= 0 || CodedOutputStream.computeUInt32SizeNoTag(length) != lengthBytes) continue;
                CRC32C crc = new CRC32C();
                for (int left = length, i = 0; i < lengthBytes; i++, left >>= 7)
                    crc.update((left & 0x7f) | (i < lengthBytes - 1 ? 0x80 : 0));
                crc.update(bytes.slice(body, length));
                if ((int) crc.getValue() == bytes.getInt(body + length)) return true;
            }
        }
        return false;
    }

    private static boolean hasEntryAfter(ByteBuffer bytes, int at, int end) {
        for (int i = at + 1; i < end; i++) {
            int lengthBytes = lengthBytes(bytes, i, end);
            boolean looksLikeOne = lengthBytes > 0 && i + lengthBytes < end && bytes.get(i + lengthBytes) == TERM_TAG;
            if (looksLikeOne && wholeEntry(bytes, i, end) > 0) return true;
        }
        return false;
    }

    /// Truncates the file to the given size, and syncs it.
    void cut(int bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
            channel.force(true);
        }
    }

    void delete() throws IOException {
        Files.delete(file);
    }
}
