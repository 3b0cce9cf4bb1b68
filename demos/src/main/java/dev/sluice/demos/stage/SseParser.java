package dev.sluice.demos.stage;

import dev.sluice.SseEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Makes events of the bytes of a stream of Server-Sent Events (WHATWG HTML §9.2.6), wherever chunks cut them.
final class SseParser {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private SseEvent event = SseEvent.empty();

    /// Returns the events that these bytes complete.
    List<SseEvent> parse(byte[] bytes) {
        var events = new ArrayList<SseEvent>();
        for (byte each : bytes) {
            if (each != '\n') {
                line.write(each);
                continue;
            }
            String whole = line.toString(StandardCharsets.UTF_8);
            line.reset();
            if (!whole.isEmpty()) {
                event = with(event, whole);
            } else {
                events.add(event);
                event = SseEvent.empty();
            }
        }
        return events;
    }

    private static SseEvent with(SseEvent event, String line) {
        int colon = line.indexOf(':');
        String name = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
        return switch (name) {
            case "event" -> event.event(value);
            case "id" -> event.id(value);
            case "data" -> {
                String data = event.data() == null ? value : event.data() + '\n' + value;
                yield new SseEvent(event.event(), data, event.id(), event.retry(), event.comment());
            }
            case "retry" -> event.retry(Duration.ofMillis(Long.parseLong(value)));
            case "" -> new SseEvent(event.event(), event.data(), event.id(), event.retry(), value);
            default -> event;
        };
    }
}
