package dev.sluice.pusher;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A member of a presence channel, as the app's server has signed it.
///
/// @param info JSON; null for none
record Member(String id, @Nullable String info) {
    /// The limits of the public service.
    static final int ID_BYTES_MAX = 128;

    static final int INFO_BYTES_MAX = 1024;

    static boolean isId(String id) {
        return !id.isEmpty()
                && PusherEvent.isUnicode(id)
                && id.getBytes(StandardCharsets.UTF_8).length <= ID_BYTES_MAX
                && id.chars().noneMatch(Character::isISOControl);
    }

    /// Returns null if the text does not name a member, or is too long.
    static @Nullable Member parse(@Nullable String channelData) {
        if (channelData == null) return null;
        try {
            JsonNode data = Frames.JSON.readTree(channelData);
            JsonNode user = data.get("user_id");
            JsonNode info = data.get("user_info");
            if (user == null || !(user.isString() || user.isNumber())) return null;
            String id = user.isString() ? user.stringValue() : user.toString();
            String json = info == null ? null : info.toString();
            boolean isLong = json != null && json.getBytes(StandardCharsets.UTF_8).length > INFO_BYTES_MAX;
            return isId(id) && !isLong ? new Member(id, json) : null;
        } catch (JacksonException invalid) {
            return null;
        }
    }
}
