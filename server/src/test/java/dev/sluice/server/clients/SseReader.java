package dev.sluice.server.clients;

/// Parses Server-Sent Events from lines (WHATWG HTML §9.2.6), for programs that do not support them.
public final class SseReader {
    private final ReceivedEvents received;
    private final StringBuilder data = new StringBuilder();
    private String type = "";
    private String id = "";

    public SseReader(ReceivedEvents received) {
        this.received = received;
    }

    public void line(String line) {
        if (line.isEmpty()) {
            dispatch();
            return;
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        if (value.startsWith(" ")) value = value.substring(1);
        switch (field) {
            case "data" -> data.append(value).append('\n');
            case "event" -> type = value;
            case "id" -> id = value;
            default -> {} // Comments and retry.
        }
    }

    private void dispatch() {
        if (data.isEmpty()) received.cursor(id);
        else if (type.isEmpty()) received.event(id, data.substring(0, data.length() - 1));
        else received.note(type + " " + data);
        data.setLength(0);
        type = "";
    }
}
