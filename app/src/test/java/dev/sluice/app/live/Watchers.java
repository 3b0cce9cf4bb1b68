package dev.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.clients.Child;
import dev.sluice.server.clients.Envelopes;
import dev.sluice.server.clients.ForeignClient;
import dev.sluice.server.clients.LongPollLoop;
import dev.sluice.server.clients.Seen;
import dev.sluice.server.clients.SseReader;
import dev.sluice.server.clients.WholeLines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Programs in terminals that follow the same channels from the first event on, each over another transport.
final class Watchers implements AutoCloseable {
    private final Map<String, Seen> seen = new LinkedHashMap<>();
    private final List<ForeignClient.Run> running = new ArrayList<>();

    /// @param selection `live/**` or the like
    Watchers(RunningHub hub, String selection) {
        String uri = hub.url() + "/channels/" + selection + "?after=earliest";
        Seen sse = seen("curl -N, SSE");
        SseReader events = new SseReader(sse);
        running.add(Child.start(
                List.of("curl", "-sSN", "-H", "Accept: text/event-stream", uri + "&envelope=raw"),
                out -> WholeLines.each(out, events::line),
                sse));

        Seen lines = seen("curl -N, JSON lines");
        running.add(Child.start(
                List.of("curl", "-sSN", "-H", "Accept: application/x-ndjson", uri),
                out -> WholeLines.each(out, line -> Envelopes.read(line, lines)),
                lines));

        LongPollLoop polls = new LongPollLoop(seen("curl, long poll"));
        polls.begin(hub.uri("/channels/" + selection), "earliest");
        running.add(polls);

        Seen sub = seen("sluice sub");
        running.add(Child.start(
                Sluice.command("sub", selection, "--after", "earliest", "--json", "--url", hub.url()),
                out -> WholeLines.each(out, line -> Envelopes.read(line, sub)),
                sub));
    }

    private Seen seen(String who) {
        Seen by = new Seen();
        seen.put(who, by);
        return by;
    }

    /// Waits until each has seen so many events.
    void await(int count) {
        seen.values().forEach(each -> each.awaitEvents(count));
    }

    /// Waits until each has seen these, and expects nothing else.
    void expect(List<Seen.Event> all) {
        seen.forEach(
                (who, each) -> assertThat(each.awaitEvents(all.size())).as(who).isEqualTo(all));
    }

    @Override
    public void close() {
        running.forEach(ForeignClient.Run::close);
    }
}
