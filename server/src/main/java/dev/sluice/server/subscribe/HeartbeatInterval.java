package dev.sluice.server.subscribe;

import dev.sluice.server.http.Parameters;
import java.time.Duration;

/// A stream's heartbeat interval, and whether each heartbeat is an event that the page can see.
record HeartbeatInterval(Duration interval, boolean isEvent) {
    /// Reads `SECONDS`, and where the transport has such events, `event` or `SECONDS,event`.
    static HeartbeatInterval read(Parameters query, String name, TransportSpec transport, SubscribeSettings settings) {
        String text = query.text(name).orElseThrow();
        boolean isEvent = text.equals("event") || text.endsWith(",event");
        boolean mayBeEvent = transport.takes(ParameterGroup.HEARTBEAT_EVENT);
        long min = settings.heartbeatMin().toSeconds();
        long max = settings.heartbeatMax().toSeconds();
        String expected = "a number of seconds from " + min + " to " + max
                + (mayBeEvent ? ", optionally followed by ',event'" : "");
        if (isEvent && !mayBeEvent) throw query.wrong(name, expected);
        if (text.equals("event")) return new HeartbeatInterval(settings.heartbeat(), true);
        String number = isEvent ? text.substring(0, text.length() - ",event".length()) : text;
        long seconds = number.matches("[0-9]{1,9}") ? Long.parseLong(number) : -1;
        if (seconds < min || seconds > max) throw query.wrong(name, expected);
        return new HeartbeatInterval(Duration.ofSeconds(seconds), isEvent);
    }
}
