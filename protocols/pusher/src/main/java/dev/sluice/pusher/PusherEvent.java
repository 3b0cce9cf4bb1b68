package dev.sluice.pusher;

import dev.sluice.Event;
import dev.sluice.Message;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// An event of the protocol, and the event of the hub that it is.
///
/// @param data   the string that subscribers get, often JSON
/// @param socket the socket that does not get it; null if all do
/// @param user   the member of a presence channel that sent it; null for events of the app's server
record PusherEvent(
        String name,
        String data,
        @Nullable String socket,
        @Nullable String user) {
    private static final int NAME_CHARACTERS_MAX = 200;

    /// The limit of the public service, in bytes of UTF-8.
    private static final int DATA_BYTES_MAX = 10 * 1024;

    static final String CLIENT = "client-";

    /// The type of events whose name the hub does not take as a type: their data has both.
    private static final String WRAPPED = "pusher.event";

    private static final int TYPE_BYTES_MAX = 64;

    /// Begins the hub's `from` of events that name their socket: `pusher:SOCKET` or `pusher:SOCKET:USER`.
    private static final String FROM = "pusher:";

    /// Returns an event of a client or of the app's server.
    ///
    /// @throws RefusedException if the name or the data is invalid or too long
    static PusherEvent checked(String name, String data, @Nullable String socket, @Nullable String user) {
        if (name.isEmpty() || name.length() > NAME_CHARACTERS_MAX || isInternal(name))
            throw new RefusedException(
                    400,
                    "The name of an event has 1 to " + NAME_CHARACTERS_MAX
                            + " characters and does not begin with 'pusher:'.");
        if (!isUnicode(name) || !isUnicode(data))
            throw new RefusedException(400, "The name or the data of the event has half of a surrogate pair.");
        if (data.getBytes(StandardCharsets.UTF_8).length > DATA_BYTES_MAX)
            throw new RefusedException(413, "The data of an event has at most " + DATA_BYTES_MAX + " bytes of UTF-8.");
        return new PusherEvent(name, data, socket, user);
    }

    /// Returns false for half of a surrogate pair, which JSON can escape and UTF-8 cannot have.
    static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static boolean isInternal(String name) {
        return name.startsWith("pusher:") || name.startsWith("pusher_internal:");
    }

    Message message() {
        Message message = isType(name)
                ? message(data).type(name)
                : Message.json(Map.of("name", name, "data", data)).type(WRAPPED);
        return socket == null ? message : message.from(FROM + socket + (user == null ? "" : ":" + user));
    }

    /// Returns JSON as JSON with its very bytes, so that readers of other protocols get a value.
    private static Message message(String data) {
        if (!Frames.isJson(data)) return Message.text(data);
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        return Message.of(new Message.Data(Message.Kind.JSON, "application/json", bytes));
    }

    private static boolean isType(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length <= TYPE_BYTES_MAX
                && name.indexOf(',') < 0
                && name.chars().noneMatch(Character::isISOControl)
                && !name.equals(WRAPPED)
                && !name.equals("open")
                && !name.equals("error")
                && !name.startsWith("sluice.");
    }

    /// Returns what subscribers get of an event of the hub; null if nothing, because its data is gone or its
    /// name belongs to the protocol.
    static @Nullable PusherEvent of(Event event) {
        if (event.isRemoved() && event.bytes().length == 0) return null;
        String name = event.type();
        String data = isText(event) ? event.text() : Base64.getEncoder().encodeToString(event.bytes());
        if (name.equals(WRAPPED)) {
            JsonNode wrapped = unwrapped(data);
            name = Frames.text(wrapped, "name");
            data = Frames.text(wrapped, "data");
            if (name == null || data == null) return null;
        }
        if (isInternal(name)) return null; // Nobody forges what the server says.
        String from = event.from().orElse("");
        if (!from.startsWith(FROM)) return new PusherEvent(name, data, null, null);
        String[] parts = from.substring(FROM.length()).split(":", 2);
        String user = parts.length > 1 && name.startsWith(CLIENT) ? parts[1] : null;
        return new PusherEvent(name, data, parts[0], user);
    }

    private static boolean isText(Event event) {
        String type = event.contentType();
        return type.startsWith("text/") || type.startsWith("application/json") || type.contains("+json");
    }

    private static @Nullable JsonNode unwrapped(String data) {
        try {
            return Frames.JSON.readTree(data);
        } catch (JacksonException another) {
            return null; // An event of another protocol that has this type by chance.
        }
    }
}
