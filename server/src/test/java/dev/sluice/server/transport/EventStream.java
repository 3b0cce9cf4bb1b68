package dev.sluice.server.transport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Parses an event stream by the steps of WHATWG HTML §9.2.5 and §9.2.6, in their order, without any of our
/// own code.
public final class EventStream {
    /// @param lastEventId the event's `lastEventId`
    public record Message(String type, String data, String lastEventId) {}

    private final List<Message> messages = new ArrayList<>();
    private final List<String> comments = new ArrayList<>();
    private final StringBuilder data = new StringBuilder();
    private String eventType = "";
    private String idBuffer = "";
    private String lastEventId = "";
    private long reconnectionMs = -1;

    private EventStream() {}

    /// Streams are decoded as UTF-8; a leading byte order mark is dropped.
    public static EventStream read(byte[] bytes) {
        EventStream stream = new EventStream();
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.startsWith("\uFEFF")) text = text.substring(1);
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && text.charAt(end) != '\r' && text.charAt(end) != '\n') end++;
            if (end == text.length()) break; // An unfinished line is discarded at the end of the stream.
            stream.line(text.substring(at, end));
            at = end + (text.startsWith("\r\n", end) ? 2 : 1);
        }
        return stream;
    }

    private void line(String line) {
        if (line.isEmpty()) {
            dispatch();
        } else if (line.startsWith(":")) {
            comments.add(line);
        } else if (line.contains(":")) {
            String value = line.substring(line.indexOf(':') + 1);
            field(line.substring(0, line.indexOf(':')), value.startsWith(" ") ? value.substring(1) : value);
        } else {
            field(line, "");
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> eventType = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> {
                if (value.indexOf('\0') < 0) idBuffer = value;
            }
            case "retry" -> {
                if (value.matches("[0-9]+")) reconnectionMs = Long.parseLong(value);
            }
            default -> throw new AssertionError("unknown field: '" + name + "'");
        }
    }

    private void dispatch() {
        lastEventId = idBuffer;
        if (data.isEmpty()) {
            eventType = "";
            return;
        }
        if (data.charAt(data.length() - 1) == '\n') data.setLength(data.length() - 1);
        messages.add(new Message(eventType.isEmpty() ? "message" : eventType, data.toString(), lastEventId));
        data.setLength(0);
        eventType = "";
    }

    public List<Message> messages() {
        return messages;
    }

    public List<String> comments() {
        return comments;
    }

    /// The value the client would send as `Last-Event-ID` now.
    public String lastEventId() {
        return lastEventId;
    }

    /// -1 if the stream has not set it.
    public long reconnectionMs() {
        return reconnectionMs;
    }
}
