package dev.sluice.mercure;

import dev.sluice.Event;
import dev.sluice.SseEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/// The fields of an event of the hub that decide which subscribers of Mercure get it.
record Update(UpdateFields fields, boolean isPrivate) {
    /// The event type of the hub's own updates, which publishers cannot use.
    static final String RESERVED_TYPE = "mercure";

    private static final String DEFAULT_TYPE = "message";

    /// Returns empty if the event is none: it has no data any more, or its channel has no topic.
    static Optional<Update> of(Event event, Topics topics) {
        if (event.isRemoved() && event.bytes().length == 0) return Optional.empty();
        UpdateFields given = UpdateFields.of(event.contentType());
        if (event.channel().equals(Topics.SUBSCRIPTIONS))
            return Optional.ofNullable(given).map(fields -> new Update(fields, true));
        Optional<String> topic = topics.topic(event.channel());
        if (topic.isEmpty() || topics.isReserved(topic.get())) return Optional.empty();
        UpdateFields fields =
                given != null && given.isOf(topic.get(), event.id()) ? given : UpdateFields.ofTopic(topic.get());
        return Optional.of(new Update(fields, Topics.isPrivate(event.channel())));
    }

    /// The topic by which subscribers select this event. The update's other topics have events of their own: so
    /// whoever may publish to one channel cannot reach the subscribers of another by naming its topic.
    String topic() {
        return fields.topics().get(fields.copy());
    }

    static String id(String eventId) {
        return "#" + eventId;
    }

    /// How much memory this takes.
    int bytes() {
        int characters = 0;
        for (String each : fields.topics()) characters += each.length();
        return Character.BYTES * characters;
    }

    /// Returns the event as subscribers get it. They resume after its id, as a fragment, unless the update has its
    /// own.
    SseEvent sse(Event event) {
        boolean isOfHub = event.channel().equals(Topics.SUBSCRIPTIONS);
        boolean isPlain = event.type().equals(DEFAULT_TYPE) || (event.type().equals(RESERVED_TYPE) && !isOfHub);
        SseEvent sse = SseEvent.data(data(event)).id(fields.id() == null ? id(event.id()) : fields.id());
        if (!isPlain) sse = sse.event(event.type());
        return fields.retry() == null ? sse : sse.retry(Duration.ofMillis(fields.retry()));
    }

    private static String data(Event event) {
        byte[] bytes = event.bytes();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException binary) {
            return Base64.getEncoder().encodeToString(bytes);
        }
    }
}
