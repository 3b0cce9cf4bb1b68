package dev.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.SluiceCommand;
import dev.sluice.server.clients.Child;
import dev.sluice.server.clients.Envelopes;
import dev.sluice.server.clients.ForeignClient;
import dev.sluice.server.clients.LongPollLoop;
import dev.sluice.server.clients.ReceivedEvents;
import dev.sluice.server.clients.SseReader;
import dev.sluice.server.clients.WholeLines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Command-line clients that follow the same channels from the first event, each over another transport.
final class Watchers implements AutoCloseable {
    private final Map<String, ReceivedEvents> received = new LinkedHashMap<>();
    private final List<ForeignClient.Run> running = new ArrayList<>();

    /// @param selection such as `live/**`
    Watchers(RunningHub hub, String selection) {
        String uri = hub.url() + "/channels/" + selection + "?after=earliest";
        ReceivedEvents sse = received("curl -N, SSE");
        SseReader events = new SseReader(sse);
        running.add(Child.start(
                List.of("curl", "-sSN", "-H", "Accept: text/event-stream", uri + "&envelope=raw"),
                out -> WholeLines.each(out, events::line),
                sse));

        ReceivedEvents lines = received("curl -N, JSON lines");
        running.add(Child.start(
                List.of("curl", "-sSN", "-H", "Accept: application/x-ndjson", uri),
                out -> WholeLines.each(out, line -> Envelopes.read(line, lines)),
                lines));

        LongPollLoop polls = new LongPollLoop(received("curl, long poll"));
        polls.begin(hub.uri("/channels/" + selection), "earliest");
        running.add(polls);

        ReceivedEvents sub = received("sluice sub");
        running.add(Child.start(
                SluiceCommand.of("sub", selection, "--after", "earliest", "--json", "--url", hub.url()),
                out -> WholeLines.each(out, line -> Envelopes.read(line, sub)),
                sub));
    }

    private ReceivedEvents received(String name) {
        ReceivedEvents by = new ReceivedEvents();
        received.put(name, by);
        return by;
    }

    /// Waits until each has received so many events.
    void await(int count) {
        received.values().forEach(each -> each.awaitEvents(count));
    }

    /// Waits until each has received these events, and expects no others.
    void expect(List<ReceivedEvents.Event> all) {
        received.forEach((name, each) ->
                assertThat(each.awaitEvents(all.size())).as(name).isEqualTo(all));
    }

    @Override
    public void close() {
        running.forEach(ForeignClient.Run::close);
    }
}
