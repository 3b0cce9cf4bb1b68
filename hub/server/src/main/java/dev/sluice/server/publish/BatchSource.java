package dev.sluice.server.publish;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.AccessCheck;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.JsonLines;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Reads events for any channels, one per line.
final class BatchSource implements Source {
    /// Receives the parsed events.
    interface Events {
        void event(Draft draft, Conditions conditions, long line, int bytes);
    }

    private final PublishSettings settings;
    private final Grant grant;
    private final Optional<IdempotencyKey> idempotencyKey;
    private final EventFields defaults;
    private final LineSplitter lines;
    private long events;

    /// The channel of the last event.
    private @Nullable ChannelName channel;

    /// @param defaults the fields of events whose lines do not name their own
    BatchSource(PublishSettings settings, Grant grant, Optional<IdempotencyKey> idempotencyKey, EventFields defaults) {
        this.settings = settings;
        this.grant = grant;
        this.idempotencyKey = idempotencyKey;
        this.defaults = defaults;
        this.lines = new LineSplitter(settings.lineBytesMax());
    }

    @Override
    public void feed(ByteBuffer part, Upload to) {
        feed(part, to::append, to::isFull);
    }

    @Override
    public void end(Upload to) {
        end(to::append);
    }

    void feed(ByteBuffer part, Events to, BooleanSupplier isFull) {
        try (var objects = new JsonLines()) {
            lines.feed(part, (number, bytes, from, end) -> read(number, bytes, from, end, objects, to), isFull);
        }
    }

    void end(Events to) {
        try (var objects = new JsonLines()) {
            lines.end((number, bytes, from, end) -> read(number, bytes, from, end, objects, to));
        }
    }

    private void read(long number, byte[] bytes, int from, int end, JsonLines objects, Events to) {
        events++;
        Draft draft = draft(bytes, from, end, objects);
        channel = draft.channel();
        check(draft);
        Conditions conditions = idempotencyKey.isEmpty()
                ? Conditions.NONE
                : idempotencyKey
                        .get()
                        .ofPart(Long.toString(events))
                        .conditions(new Newest.Any(), Arrays.copyOfRange(bytes, from, end));
        to.event(draft, conditions, number, end - from);
    }

    private Draft draft(byte[] bytes, int from, int end, JsonLines objects) {
        try {
            if (Utf8.isValid(bytes, from, end)) {
                return BatchLine.parse(objects.object(bytes, from, end), settings.eventBytesMax(), channel, defaults);
            }
        } catch (InvalidJsonException _) {
            objects.close();
        }
        // Read alone, the line gets the message that says what is wrong and where.
        return BatchLine.parse(Arrays.copyOfRange(bytes, from, end), settings.eventBytesMax(), channel, defaults);
    }

    /// The hub checks all events of an append together, so it cannot say which line it refuses.
    private void check(Draft draft) {
        try {
            AccessCheck.publish(grant, draft);
        } catch (AccessDeniedException denied) {
            throw new ProblemException(Problems.of(denied));
        }
    }

    @Override
    public boolean isStopped() {
        return lines.isStopped();
    }

    @Override
    public int heldBytes() {
        return lines.bufferedBytes();
    }

    @Override
    public void drop() {
        lines.drop();
    }

    @Override
    public long line() {
        return lines.number();
    }
}
