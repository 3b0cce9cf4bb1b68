package dev.sluice.relay;

import dev.sluice.Message;
import dev.sluice.Message.Data;
import dev.sluice.Message.Kind;
import dev.sluice.wire.SseBlock;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Turns the events of a provider into the messages of a channel, and knows how the answer has ended. Used by one
/// thread.
final class Answer {
    /// The type of the first event of an answer.
    static final String START = "start";

    /// The type of the last event of an answer.
    static final String END = "end";

    /// Begins the types of the provider's events whose own types the hub or the relay uses.
    private static final String PREFIX = "provider.";

    private static final Set<String> USED = Set.of(START, END, "error", "open");

    private static final JsonMapper JSON = new JsonMapper();

    private final Format format;
    private final ObjectNode usage = JsonNodeFactory.instance.objectNode();
    private int choices; // Those that are not complete.
    private boolean hasMore = true;
    private @Nullable Failure failure;

    /// @param choices how many the request asks for
    Answer(Format format, int choices) {
        this.format = format;
        this.choices = choices;
    }

    /// Returns the message for an event of the provider; empty for comments and the mark at the end.
    Optional<Message> message(SseBlock block) {
        String text = block.data();
        if (text == null || !hasMore) return Optional.empty();
        if (format == Format.OPENAI_CHAT && text.equals(Format.DONE)) {
            choices = 0;
            hasMore = false;
            return Optional.empty();
        }
        JsonNode data;
        try {
            data = JSON.readTree(text);
        } catch (JacksonException invalid) { // Its text may repeat the answer, which is in no message of an error.
            fail(Failure.INVALID);
            return Optional.empty();
        }
        String type = block.event() == null
                ? data.path("type").asString(data.path("object").asString("message"))
                : block.type();
        if (format.usage(type, data) instanceof ObjectNode more) usage.setAll(more);
        String reason = format.failure(type, data);
        if (reason != null) fail(Failure.ofProvider(reason));
        else {
            choices -= format.completed(type, data);
            hasMore = choices > 0 || format == Format.OPENAI_CHAT; // The usage follows.
        }
        return Optional.of(Message.of(new Data(Kind.JSON, "application/json", text.getBytes(StandardCharsets.UTF_8)))
                .type(storedType(type)));
    }

    private static String storedType(String type) {
        return USED.contains(type) || type.startsWith("sluice.") || type.startsWith(PREFIX) ? PREFIX + type : type;
    }

    /// Returns the type that the provider has given to a stored event.
    static String providerType(String stored) {
        return stored.startsWith(PREFIX) ? stored.substring(PREFIX.length()) : stored;
    }

    /// Returns false if the provider has sent the last event.
    boolean hasMore() {
        return hasMore;
    }

    /// Ends the answer before its end, unless that has arrived.
    void fail(Failure reason) {
        if (!hasMore) return;
        failure = reason;
        hasMore = false;
    }

    /// Returns the last event, once the provider's stream has ended.
    Message end() {
        if (failure != null) return failed(failure);
        return choices <= 0 ? end("done", null) : failed(Failure.BROKEN);
    }

    Message failed(Failure reason) {
        return end("failed", reason);
    }

    private Message end(String status, @Nullable Failure reason) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("status", status);
        if (reason != null) {
            data.put("reason", reason.reason());
            data.put("message", reason.message());
        }
        data.put("usage", usage.isEmpty() ? "unknown" : usage);
        return Message.of(new Data(Kind.JSON, "application/json", JSON.writeValueAsBytes(data)))
                .type(END)
                .closing();
    }
}
