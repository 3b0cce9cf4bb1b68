package dev.sluice.spring.sse;

import dev.sluice.client.RefusedException;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.SluiceGap;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Base64;
import org.springframework.http.codec.ServerSentEvent;
import tools.jackson.databind.json.JsonMapper;

/// The events of a stream, as a hub sends them with `envelope=raw`: `data` is the data alone, Base64 if it is
/// binary; `event` is the type; control frames are `sluice.gap` and `sluice.closed`.
final class SseFormat {
    static final String LAST_EVENT_ID = "Last-Event-ID";
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /// Before a browser reconnects, which by itself waits for three seconds.
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final String DEFAULT_TYPE = "message";
    private static final System.Logger LOG = System.getLogger(SseFormat.class.getName());
    private static final JsonMapper JSON = new JsonMapper();

    private record GapFrame(SluiceGap gap) {}

    private SseFormat() {}

    /// The pause before a client reconnects.
    static ServerSentEvent<String> retry() {
        return ServerSentEvent.<String>builder().retry(RETRY).comment("").build();
    }

    /// The place at which a stream begins: a client that is cut off before the first event resumes there.
    static ServerSentEvent<String> position(String cursor) {
        return ServerSentEvent.<String>builder().id(cursor).build();
    }

    static ServerSentEvent<String> event(SluiceEvent event) {
        var frame =
                ServerSentEvent.<String>builder().id(event.cursor()).data(lines(event.isRemoved() ? "" : data(event)));
        return event.type().equals(DEFAULT_TYPE)
                ? frame.build()
                : frame.event(event.type()).build();
    }

    private static String data(SluiceEvent event) {
        var type = event.contentType();
        boolean isText = type.startsWith("text/") || type.startsWith("application/json") || type.endsWith("+json");
        return isText ? event.text() : Base64.getEncoder().encodeToString(event.bytes());
    }

    static ServerSentEvent<String> gap(SluiceGap gap) {
        return ServerSentEvent.<String>builder()
                .id(gap.resume())
                .event("sluice.gap")
                .data(JSON.writeValueAsString(new GapFrame(gap)))
                .build();
    }

    /// All channels have ended: the page closes its `EventSource`.
    static ServerSentEvent<String> closed() {
        return ServerSentEvent.<String>builder()
                .event("sluice.closed")
                .data("{}")
                .build();
    }

    static ServerSentEvent<String> heartbeat() {
        return ServerSentEvent.<String>builder().comment("").build();
    }

    /// Logs that the hub ended a stream, whose client will reconnect. A client that chooses a channel which the
    /// hub refuses must not fill the log.
    static void logEnd(Throwable failure) {
        boolean isBadRequest =
                failure instanceof RefusedException refused && refused.problem().status() == 400;
        LOG.log(isBadRequest ? Level.DEBUG : Level.WARNING, "a stream ended, and its client will reconnect", failure);
    }

    /// Prepares text for writers that put nothing between `data:` and a line: a client removes one space there
    /// (WHATWG HTML §9.2.6). A line ends with LF for them.
    private static String lines(String text) {
        var normal = text.replace("\r\n", "\n").replace('\r', '\n').replace("\n ", "\n  ");
        return normal.startsWith(" ") ? " " + normal : normal;
    }
}
