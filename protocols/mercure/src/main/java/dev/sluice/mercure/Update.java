package dev.sluice.mercure;

import dev.sluice.Event;
import dev.sluice.SseEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/// An event of the hub, as subscribers of Mercure get it.
///
/// @param text as Server-Sent Events have it
record Update(UpdateFields fields, boolean isPrivate, String text) {
    /// The event type of the hub's own updates, which publishers cannot use.
    static final String RESERVED_TYPE = "mercure";

    private static final String DEFAULT_TYPE = "message";

    /// Returns empty if the event is none: its data was removed, or its channel has no topic.
    static Optional<Update> of(Event event, Topics topics) {
        if (event.isRemoved()) return Optional.empty();
        UpdateFields given = UpdateFields.of(event.contentType());
        if (event.channel().equals(Topics.SUBSCRIPTIONS))
            return Optional.ofNullable(given).map(fields -> of(event, fields));
        Optional<String> topic = topics.topic(event.channel());
        if (topic.isEmpty() || topics.isReserved(topic.get())) return Optional.empty();
        UpdateFields fields = given != null && given.isOf(topic.get()) ? given : UpdateFields.ofTopic(topic.get());
        return Optional.of(of(event, fields));
    }

    private static Update of(Event event, UpdateFields fields) {
        return new Update(
                fields, Topics.isPrivate(event.channel()), sse(event, fields).text());
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
        int characters = text.length();
        for (String each : fields.topics()) characters += each.length();
        return Character.BYTES * characters;
    }

    /// Subscribers resume after the event's id, as a fragment, unless the update has its own.
    private static SseEvent sse(Event event, UpdateFields fields) {
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
