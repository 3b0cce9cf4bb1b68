package dev.sluice.embed;

import dev.sluice.Event;
import dev.sluice.core.event.TraceParent;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.Json;
import java.time.Instant;
import java.util.Optional;

/// An event of the log, as a program receives it.
record ReceivedEvent(dev.sluice.core.event.Event event) implements Event {
    @Override
    public String id() {
        return event.id().text();
    }

    @Override
    public String channel() {
        return event.channel().value();
    }

    @Override
    public String type() {
        return event.type();
    }

    @Override
    public Instant time() {
        return Instant.ofEpochMilli(event.timeMs());
    }

    @Override
    public Optional<String> key() {
        return Optional.ofNullable(event.key());
    }

    @Override
    public Optional<String> from() {
        return Optional.ofNullable(event.from());
    }

    @Override
    public Optional<String> traceparent() {
        return Optional.ofNullable(event.traceParent()).map(TraceParent::text);
    }

    @Override
    public String contentType() {
        return event.contentType();
    }

    @Override
    public boolean isRemoved() {
        return event.isKeyEnd() || event.isForgotten();
    }

    /// Returns a copy, because the hub's readers share the bytes.
    @Override
    public byte[] bytes() {
        return event.data().clone();
    }

    @Override
    public <T> T json(Class<T> as) {
        try {
            return Json.read(event.data(), as);
        } catch (InvalidJsonException invalid) {
            throw new IllegalArgumentException(
                    "the data of " + event + " is not such a value: " + invalid.getMessage(), invalid);
        }
    }

    /// Returns the id and the channel, without the data.
    @Override
    public String toString() {
        return event.toString();
    }
}
