package dev.sluice.server.transport;

import dev.sluice.server.http.Parameters;
import java.time.Duration;

/// How often a stream shows that it lives, and whether as an event to the page.
public record Heartbeat(Duration every, boolean event) {
    public static Heartbeat parse(Parameters query, Transport transport, SubscribeSettings settings) {
        String text = query.text("heartbeat").orElse(null);
        if (text == null) return new Heartbeat(settings.heartbeat(), false);
        boolean event = text.equals("event") || text.endsWith(",event");
        boolean events = transport == Transport.SSE || transport == Transport.PAGE;
        long min = settings.heartbeatMin().toSeconds();
        long max = settings.heartbeatMax().toSeconds();
        String expected =
                "a number of seconds from " + min + " to " + max + (events ? ", or with ',event' behind it" : "");
        if (event && !events) throw query.wrong("heartbeat", expected);
        if (text.equals("event")) return new Heartbeat(settings.heartbeat(), true);
        String number = event ? text.substring(0, text.length() - ",event".length()) : text;
        long seconds = number.matches("[0-9]{1,9}") ? Long.parseLong(number) : -1;
        if (seconds < min || seconds > max) throw query.wrong("heartbeat", expected);
        return new Heartbeat(Duration.ofSeconds(seconds), event);
    }
}
