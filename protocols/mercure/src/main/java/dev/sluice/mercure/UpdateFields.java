package dev.sluice.mercure;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What an update has beyond an event of the hub. It travels as a parameter of the event's media type, so that
/// readers over other transports get the data as it was published.
///
/// @param id     the update's own id; null if it is the event's
/// @param topics all topics, the canonical one first
/// @param copy   which of the topics this event is of: an update has one event for each
/// @param retry  how long readers wait before they reconnect, in milliseconds; null if unchanged
record UpdateFields(
        @Nullable String id,
        List<String> topics,
        int copy,
        @Nullable Long retry) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    static final String TEXT = "text/plain";
    private static final long RETRY_MAX_MS = 999_999_999;
    private static final Pattern PARAMETER = Pattern.compile(";\\s*mercure=([A-Za-z0-9_-]+)");

    static UpdateFields ofTopic(String topic) {
        return new UpdateFields(null, List.of(topic), 0, null);
    }

    /// Returns true if the update has nothing beyond its event.
    boolean isPlain() {
        return id == null && topics.size() == 1 && retry == null;
    }

    /// Returns the media type of the event.
    String contentType() {
        return TEXT + "; mercure="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(JSON.writeValueAsBytes(this));
    }

    /// Returns null if the media type has no valid ones.
    static @Nullable UpdateFields of(String contentType) {
        Matcher parameter = PARAMETER.matcher(contentType);
        if (!parameter.find()) return null;
        try {
            byte[] json = Base64.getUrlDecoder().decode(parameter.group(1).getBytes(StandardCharsets.US_ASCII));
            UpdateFields fields = JSON.readValue(json, UpdateFields.class);
            return fields.topics() == null || fields.topics().isEmpty() ? null : fields;
        } catch (IllegalArgumentException | JacksonException foreign) {
            return null; // Another program's parameter of the same name.
        }
    }

    /// Returns true if an event of this topic can have these fields. Publishers of other transports may write
    /// anything: an id that is a place in the log would decide what subscribers get after it, of all topics.
    ///
    /// @param eventId the event's id, whose epoch no id of an update begins with
    boolean isOf(String topic, String eventId) {
        String epoch = eventId.substring(0, eventId.lastIndexOf('-') + 1);
        return copy >= 0
                && copy < topics.size()
                && topic.equals(topics.get(copy))
                && topics.stream().allMatch(Objects::nonNull)
                && (id == null || (Ids.isOwn(id) && !id.startsWith(epoch)))
                && (retry == null || (retry >= 0 && retry <= RETRY_MAX_MS));
    }

    /// Whether this event and an earlier one are of the same update.
    boolean isCopyOf(@Nullable UpdateFields earlier) {
        return earlier != null
                && id != null
                && id.equals(earlier.id())
                && topics.equals(earlier.topics())
                && copy > earlier.copy();
    }
}
