package dev.sluice.server.clients;

/// Reads Server-Sent Events from lines as WHATWG HTML §9.2.6 says, for programs that know nothing of them.
public final class SseReader {
    private final Seen seen;
    private final StringBuilder data = new StringBuilder();
    private String type = "";
    private String id = "";

    public SseReader(Seen seen) {
        this.seen = seen;
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
        if (data.isEmpty()) seen.place(id);
        else if (type.isEmpty()) seen.event(id, data.substring(0, data.length() - 1));
        else seen.note(type + " " + data);
        data.setLength(0);
        type = "";
    }
}
