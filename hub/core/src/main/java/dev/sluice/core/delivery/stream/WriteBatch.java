package dev.sluice.core.delivery.stream;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.encoding.EncodedEvent;
import dev.sluice.core.event.Event;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The bytes gathered for one subscriber in one turn, and the pieces they consist of. Each event loop has one,
/// used by one subscriber after the other.
///
/// A piece is an event, a control frame (a gap, an end, a heartbeat), or a cursor move without bytes.
public final class WriteBatch {
    /// Larger writes gain little (13 kB cost 1.5 × what 130 B cost), and each turn must be short.
    public static final int BYTES = 64 * 1024;

    private static final int PIECES_MAX = 1024;

    private final MemorySegment memory = Arena.ofAuto().allocate(BYTES);
    private final ByteBuffer buffer = memory.asByteBuffer();
    private final int[] ends = new int[PIECES_MAX];
    private final int[] lengths = new int[PIECES_MAX];

    /// The cursor of each event, created on first use and shared by all subscribers that send this batch.
    private final @Nullable Cursor[] cursors = new @Nullable Cursor[PIECES_MAX];

    private final @Nullable Event[] events = new @Nullable Event[PIECES_MAX];
    private int size;
    private int pieces;
    private int eventCount;

    public WriteBatch() {}

    public void clear() {
        Arrays.fill(events, 0, pieces, null);
        size = 0;
        pieces = 0;
        eventCount = 0;
    }

    public boolean isFull() {
        return size == BYTES || pieces == PIECES_MAX;
    }

    /// Whether it has no pieces, not even a move.
    public boolean isEmpty() {
        return pieces == 0;
    }

    public int size() {
        return size;
    }

    public int pieces() {
        return pieces;
    }

    /// The number of events in it, including those of which it has only a part.
    public int eventCount() {
        return eventCount;
    }

    /// The gathered bytes.
    public ByteBuffer bytes() {
        return buffer.position(0).limit(size);
    }

    /// Adds an event, or the rest after its first `from` bytes. A batch takes as much as fits, except if the
    /// event has a prefix, which means that others share its connection: such an event is added completely or
    /// left for an empty batch, so that turns end between two messages where possible.
    ///
    /// @param prefix bytes before those of the event
    /// @param from   the number of bytes of prefix and event already sent
    /// @return true if the event was added completely
    public boolean addEvent(Event event, byte[] prefix, EncodedEvent bytes, int from) {
        int total = prefix.length + bytes.length();
        int space = BYTES - size;
        if (pieces == PIECES_MAX || (prefix.length > 0 && total - from > space && size > 0)) return false;
        int prefixBytes = Math.min(Math.max(prefix.length - from, 0), space);
        if (prefixBytes > 0) MemorySegment.copy(prefix, from, memory, ValueLayout.JAVA_BYTE, size, prefixBytes);
        int eventFrom = Math.max(from - prefix.length, 0);
        int eventBytes = Math.min(bytes.length() - eventFrom, space - prefixBytes);
        MemorySegment.copy(
                bytes.segment().memory(), bytes.offset() + eventFrom, memory, size + prefixBytes, eventBytes);
        addPiece(prefixBytes + eventBytes, total, null, event);
        return from + prefixBytes + eventBytes == total;
    }

    /// Adds a control frame at a cursor, without its first `from` bytes, as much of it as fits.
    ///
    /// @return true if it was added completely
    public boolean addControlFrame(byte[] frame, int from, Cursor cursor) {
        if (pieces == PIECES_MAX) return false;
        int rest = frame.length - from;
        int length = Math.min(rest, BYTES - size);
        MemorySegment.copy(frame, from, memory, ValueLayout.JAVA_BYTE, size, length);
        addPiece(length, rest, cursor, null);
        return length == rest;
    }

    /// Whether the batch contains its last event or frame completely.
    public boolean isLastPieceComplete() {
        return pieces == 0 || end(pieces - 1) - start(pieces - 1) == lengths[pieces - 1];
    }

    /// The cursor after its last piece.
    ///
    /// @throws IndexOutOfBoundsException if it is empty
    public Cursor endCursor() {
        return cursor(pieces - 1);
    }

    /// Adds a move of the cursor, without bytes.
    public void addMove(Cursor cursor) {
        if (pieces < PIECES_MAX) addPiece(0, 0, cursor, null);
    }

    private void addPiece(int bytes, int length, @Nullable Cursor cursor, @Nullable Event event) {
        size += bytes;
        ends[pieces] = size;
        lengths[pieces] = length;
        cursors[pieces] = cursor;
        events[pieces] = event;
        if (event != null) eventCount++;
        pieces++;
    }

    public int start(int piece) {
        return piece == 0 ? 0 : ends[piece - 1];
    }

    public int end(int piece) {
        return ends[piece];
    }

    /// The full length of the event in bytes, or of the rest of the frame, even if only a part is in the batch.
    public int length(int piece) {
        return lengths[piece];
    }

    /// The cursor after the piece.
    public Cursor cursor(int piece) {
        Cursor known = cursors[piece];
        if (known != null) return known;
        Cursor id = Objects.requireNonNull(events[piece]).id();
        cursors[piece] = id;
        return id;
    }

    /// The event; null for a control frame or a move.
    @Nullable
    public Event event(int piece) {
        return events[piece];
    }

    /// Whether the piece is a control frame. A move has no bytes.
    public boolean isControlFrame(int piece) {
        return events[piece] == null && lengths[piece] > 0;
    }
}
