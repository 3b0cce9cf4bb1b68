package dev.sluice.core.event;

import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The optional fields that travel with the data of an event, from its publisher to every reader. This class alone
/// knows their names on the wire, their limits and their bytes in a record. Immutable.
///
/// A draft and an event inherit the fields instead of holding an object with them: the log keeps hundreds of
/// thousands of events, and each would need one more object.
public sealed class EventFields permits Draft, Event {
    public static final EventFields NONE = new EventFields(null, null, null);

    /// The names of the fields that a publisher sets as text: in a parameter of a request, or in a member of a
    /// line.
    public static final List<String> TEXTS = List.of("key", "from");

    /// The name of the trace, as a header of a request or a member of a line.
    public static final String TRACE_PARENT = "traceparent";

    private static final int HAS_KEY = 1;
    private static final int HAS_FROM = 1 << 1;
    private static final int HAS_TRACE = 1 << 2;
    private static final int KNOWN = (1 << 3) - 1;

    private final @Nullable String key;
    private final @Nullable String from;
    private final @Nullable TraceParent traceParent;

    private EventFields(@Nullable String key, @Nullable String from, @Nullable TraceParent traceParent) {
        this.key = key;
        this.from = from;
        this.traceParent = traceParent;
    }

    /// Copies the fields.
    EventFields(EventFields other) {
        this(other.key, other.from, other.traceParent);
    }

    public static EventFields ofKey(@Nullable String key) {
        return NONE.with("key", key);
    }

    /// Returns these fields with another value of one of [#TEXTS]; unchanged without a value.
    ///
    /// @throws IllegalArgumentException with a message for the publisher
    public final EventFields with(String name, @Nullable String text) {
        if (text == null) return this;
        return switch (name) {
            case "key" -> new EventFields(checked(text, "a key"), from, traceParent);
            case "from" -> new EventFields(key, checked(text, "a publisher's name"), traceParent);
            default -> throw new IllegalArgumentException("there is no field " + name);
        };
    }

    private static String checked(String text, String what) {
        EventKey.check(text, what);
        return text;
    }

    /// Returns these fields in this trace; unchanged without one.
    public final EventFields in(@Nullable TraceParent trace) {
        return trace == null ? this : new EventFields(key, from, trace);
    }

    /// The key, which names the subject of the event; null if it has none.
    public final @Nullable String key() {
        return key;
    }

    /// The publisher; null if unknown.
    public final @Nullable String from() {
        return from;
    }

    /// The span in which it was published; null if unknown.
    public final @Nullable TraceParent traceParent() {
        return traceParent;
    }

    /// Passes the names and values on the wire of the fields that are set.
    public final void forEach(BiConsumer<String, String> action) {
        if (from != null) action.accept("from", from);
        if (key != null) action.accept("key", key);
        if (traceParent != null) action.accept(TRACE_PARENT, traceParent.text());
    }

    /// Returns true if the fields are equal apart from the trace, so that the texts of two events may be joined.
    public final boolean equalsApartFromTrace(EventFields other) {
        return Objects.equals(key, other.key) && Objects.equals(from, other.from);
    }

    /// The fields that must be equal when a publish is repeated with its idempotency key, as one text.
    public final String fingerprint() {
        // Without a publisher's name, as before events had one, so that an upgrade repeats nothing.
        return (key == null ? "" : "=" + key) + (from == null ? "" : "\n" + from);
    }

    /// One bit for each field that is set. A record keeps them in front of what [#write] writes.
    public final int bits() {
        return (key != null ? HAS_KEY : 0) | (from != null ? HAS_FROM : 0) | (traceParent != null ? HAS_TRACE : 0);
    }

    /// Writes the fields that are set: `key | from | trace 25`. A trace is its id 16, the span 8 and flags 1.
    public final void write(RecordOutput out) {
        if (key != null) out.text(key);
        if (from != null) out.text(from);
        if (traceParent != null) {
            out.fixed(traceParent.traceHigh())
                    .fixed(traceParent.traceLow())
                    .fixed(traceParent.span())
                    .octet(traceParent.flags());
        }
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws RecordInput.BrokenRecordException if a later version wrote fields that this one does not know
    public static EventFields read(int bits, RecordInput in) {
        if ((bits & ~KNOWN) != 0) throw new RecordInput.BrokenRecordException();
        EventFields read = NONE;
        if ((bits & HAS_KEY) != 0) read = read.with("key", in.text());
        if ((bits & HAS_FROM) != 0) read = read.with("from", in.text());
        if ((bits & HAS_TRACE) == 0) return read;
        return read.in(new TraceParent(in.fixed(), in.fixed(), in.fixed(), (byte) in.octet()));
    }
}
