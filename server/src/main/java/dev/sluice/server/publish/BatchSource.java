package dev.sluice.server.publish;

import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Newest;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/// Events of any channels, one in each line.
final class BatchSource implements Source {
    /// Takes an event with all that is known of it.
    interface Events {
        void event(Draft draft, Conditions conditions, long line, int bytes);
    }

    private final PublishSettings settings;
    private final Optional<IdempotencyKey> once;
    private final LineSplitter lines;
    private long events;

    BatchSource(PublishSettings settings, Optional<IdempotencyKey> once) {
        this.settings = settings;
        this.once = once;
        this.lines = new LineSplitter(settings.lineBytesMax());
    }

    @Override
    public void feed(ByteBuf part, Upload to) {
        feed(part, events(to));
    }

    @Override
    public void end(Upload to) {
        end(events(to));
    }

    void feed(ByteBuf part, Events to) {
        lines.feed(part, (number, bytes) -> read(number, bytes, to));
    }

    void end(Events to) {
        lines.end((number, bytes) -> read(number, bytes, to));
    }

    private static Events events(Upload to) {
        return (draft, conditions, line, bytes) -> to.append(draft, conditions, line, bytes, true);
    }

    private void read(long number, byte[] line, Events to) {
        events++;
        Draft draft = BatchLine.parse(line, settings.eventBytesMax());
        Conditions conditions = once.map(key -> key.part(Long.toString(events)).conditions(new Newest.Any(), line))
                .orElse(Conditions.NONE);
        to.event(draft, conditions, number, line.length);
    }

    @Override
    public int heldBytes() {
        return lines.begunBytes();
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
