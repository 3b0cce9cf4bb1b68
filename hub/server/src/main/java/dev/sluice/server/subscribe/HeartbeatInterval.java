package dev.sluice.server.subscribe;

import dev.sluice.server.http.head.Parameters;
import java.time.Duration;
import java.util.Map;

/// A stream's heartbeat interval, and the form of each heartbeat.
record HeartbeatInterval(Duration interval, HeartbeatForm form) {
    private static final Map<String, HeartbeatForm> FORMS =
            Map.of("event", HeartbeatForm.EVENT, "field", HeartbeatForm.FIELD);

    /// Reads `SECONDS` or, if the transport has forms of heartbeats, `event`, `field`, `SECONDS,event` or
    /// `SECONDS,field`.
    static HeartbeatInterval read(Parameters query, String name, TransportSpec transport, SubscribeSettings settings) {
        String text = query.text(name).orElseThrow();
        int comma = text.indexOf(',');
        HeartbeatForm form = FORMS.get(text.substring(comma + 1));
        boolean takesForms = transport.takes(ParameterGroup.HEARTBEAT_FORM);
        long min = settings.heartbeatMin().toSeconds();
        long max = settings.heartbeatMax().toSeconds();
        String expected = "a number of seconds from " + min + " to " + max
                + (takesForms ? ", optionally followed by ',event' or ',field'" : "");
        if (form != null && !takesForms) throw query.wrong(name, expected);
        if (form != null && comma < 0) return new HeartbeatInterval(settings.heartbeat(), form);
        String number = form == null ? text : text.substring(0, comma);
        long seconds = number.matches("[0-9]{1,9}") ? Long.parseLong(number) : -1;
        if (seconds < min || seconds > max) throw query.wrong(name, expected);
        return new HeartbeatInterval(Duration.ofSeconds(seconds), form == null ? HeartbeatForm.BLOCK : form);
    }
}
