package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.encoded.Encoded;
import dev.sluice.core.event.Event;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What one subscriber gets in one turn: bytes gathered one behind the other, and where each piece of them
/// ends. One for each event loop, used by one subscriber after the other.
///
/// A piece is an event, or words of the wire (a gap, an end, a heartbeat), or nothing but a move of the cursor.
final class Run {
    /// More bytes a system call gain little (13 kB cost 1.5 × what 130 B cost), and one reader's turn must be short.
    static final int BYTES = 64 * 1024;

    private static final int PIECES = 1024;

    /// Words of the wire or of a transport.
    ///
    /// @param isRest whether the other side has had the beginning
    record Text(@SuppressWarnings("ArrayRecordComponent") byte[] bytes, boolean isRest) {
        Text(byte[] bytes) {
            this(bytes, false);
        }

        Text from(int byteOffset) {
            return byteOffset == 0 ? this : new Text(Arrays.copyOfRange(bytes, byteOffset, bytes.length), true);
        }
    }

    private final MemorySegment memory = Arena.ofAuto().allocate(BYTES);
    private final ByteBuffer view = memory.asByteBuffer();
    private final int[] ends = new int[PIECES];
    private final int[] lengths = new int[PIECES];
    private final Cursor[] places = new Cursor[PIECES];
    private final @Nullable Event[] events = new @Nullable Event[PIECES];
    private final @Nullable Text[] texts = new @Nullable Text[PIECES];
    private int size;
    private int pieces;

    void clear() {
        Arrays.fill(events, 0, pieces, null);
        Arrays.fill(texts, 0, pieces, null);
        size = 0;
        pieces = 0;
    }

    boolean isFull() {
        return size == BYTES || pieces == PIECES;
    }

    /// Whether nothing is in it, not even a move.
    boolean isEmpty() {
        return pieces == 0;
    }

    int size() {
        return size;
    }

    int pieces() {
        return pieces;
    }

    /// The gathered bytes.
    ByteBuffer bytes() {
        return view.position(0).limit(size);
    }

    /// Adds an event, or what of it is left behind its first `from` bytes. One that has a lead shares its line with
    /// others: it goes in whole, or waits for an empty run, so that turns end between two messages where they can.
    ///
    /// @param lead bytes in front of the event's
    /// @return whether it went in whole
    boolean event(Event event, byte[] lead, Encoded bytes, int from) {
        int whole = lead.length + bytes.length();
        int room = BYTES - size;
        if (pieces == PIECES || (lead.length > 0 && whole - from > room && size > 0)) return false;
        int ofLead = Math.min(Math.max(lead.length - from, 0), room);
        if (ofLead > 0) MemorySegment.copy(lead, from, memory, ValueLayout.JAVA_BYTE, size, ofLead);
        int begun = Math.max(from - lead.length, 0);
        int ofBytes = Math.min(bytes.length() - begun, room - ofLead);
        MemorySegment.copy(bytes.segment().memory(), bytes.offset() + begun, memory, size + ofLead, ofBytes);
        add(ofLead + ofBytes, whole, event.id(), event, null);
        return from + ofLead + ofBytes == whole;
    }

    /// Adds words that stand at a place, or as much of them as there is room for.
    ///
    /// @return whether they went in whole
    boolean words(Text text, Cursor place) {
        byte[] bytes = text.bytes();
        if (pieces == PIECES) return false;
        int length = Math.min(bytes.length, BYTES - size);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, size, length);
        add(length, bytes.length, place, null, text);
        return length == bytes.length;
    }

    /// Whether its last event or words are in it to their last byte.
    boolean isWhole() {
        return pieces == 0 || end(pieces - 1) - start(pieces - 1) == lengths[pieces - 1];
    }

    /// The place behind all that is in it.
    ///
    /// @throws IndexOutOfBoundsException if it is empty
    Cursor end() {
        return places[pieces - 1];
    }

    /// Moves the cursor without a byte.
    void move(Cursor place) {
        if (pieces < PIECES) add(0, 0, place, null, null);
    }

    private void add(int bytes, int length, Cursor place, @Nullable Event event, @Nullable Text text) {
        size += bytes;
        ends[pieces] = size;
        lengths[pieces] = length;
        places[pieces] = place;
        events[pieces] = event;
        texts[pieces] = text;
        pieces++;
    }

    int start(int piece) {
        return piece == 0 ? 0 : ends[piece - 1];
    }

    int end(int piece) {
        return ends[piece];
    }

    /// The whole length of the event or words, in bytes, also where only a part is in the run.
    int length(int piece) {
        return lengths[piece];
    }

    /// The cursor behind the piece.
    Cursor place(int piece) {
        return places[piece];
    }

    /// The event; null: words or a move.
    @Nullable
    Event event(int piece) {
        return events[piece];
    }

    /// The wire's words; null: an event or a move.
    @Nullable
    Text text(int piece) {
        return texts[piece];
    }
}
