package dev.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.clients.ReceivedEvents;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The live output of a system's programs, watched over every transport at the same time by our clients and by
/// others: all receive the same events in the same order.
@Order(1)
final class RunningSystemTest {
    private static final String SELECTION = "live/**";
    private static final String PATH = "/channels/" + SELECTION + "?after=earliest";

    /// Logs of package managers, of which a system has one.
    private static final List<String> PACKAGE_LOGS =
            List.of("/var/log/dpkg.log", "/var/log/dnf.log", "/var/log/pacman.log", "/var/log/apk.log");

    @Test
    void deliversTheSameEventsEverywhereWhileTheSystemRuns() throws Exception {
        watch(80, "0.2");
    }

    @Test
    @Tag("long")
    void deliversTheSameEventsEverywhereForMinutes() throws Exception {
        watch(2_500, "0.1");
    }

    /// @param events the number that each watcher must receive
    /// @param every  seconds between two lines of `ping`
    private static void watch(int events, String every) throws Exception {
        try (var hub = new RunningHub();
                var page = new Page(hub, PATH);
                var text = new Text(hub.url() + PATH);
                var watchers = new Watchers(hub, SELECTION)) {
            // Watchers start before the input, so that none of them reads only old events.
            hub.publish("live/begin", "It begins.");
            watchers.await(1);
            page.await(1);
            text.await(1);

            int published = 1;
            try (var inputs = new Inputs(hub, every)) {
                // In steps: waiting is limited by silence, not by the total time.
                for (int step = 0; step < events; step += 80) watchers.await(step);
                watchers.await(events);
                page.await(events);
                text.await(bytes(hub.events(SELECTION).subList(0, events)).length);
                assertThat(inputs.areRunning())
                        .as("it was seen while it was going on")
                        .isTrue();
                Screens.take(hub, SELECTION);
                published += inputs.end();
            }

            List<ReceivedEvents.Event> all = hub.events(SELECTION);
            List<String> ids = all.stream().map(ReceivedEvents.Event::id).toList();
            assertThat(ids).hasSize(published).doesNotHaveDuplicates();
            watchers.expect(all);
            page.await(published);
            assertThat(page.ids("sse")).as("Chromium's EventSource").isEqualTo(ids);
            assertThat(page.ids("websocket")).as("Chromium's WebSocket").isEqualTo(ids);
            assertThat(text.await(bytes(all).length)).as("curl -N, text").isEqualTo(bytes(all));
        }
    }

    private static byte[] bytes(List<ReceivedEvents.Event> events) {
        var bytes = new ByteArrayOutputStream();
        events.forEach(event -> bytes.writeBytes(event.data().getBytes(StandardCharsets.UTF_8)));
        return bytes.toByteArray();
    }

    /// `vmstat`, `ping` and the package manager's log, each with a separate channel.
    private static final class Inputs implements AutoCloseable {
        private final List<Input> all = new ArrayList<>();

        Inputs(RunningHub hub, String every) {
            all.add(new Input(hub, "live/vmstat", "vmstat", "-n", "1"));
            all.add(new Input(hub, "live/ping", "ping", "-n", "-i", every, "127.0.0.1"));
            PACKAGE_LOGS.stream()
                    .filter(log -> Files.isReadable(Path.of(log)))
                    .forEach(log -> all.add(new Input(hub, "live/packages", "tail", "-n", "40", "-F", log)));
        }

        boolean areRunning() {
            return all.stream().allMatch(Input::isRunning);
        }

        /// The number of lines.
        int end() {
            return all.stream().mapToInt(Input::end).sum();
        }

        @Override
        public void close() {
            all.forEach(Input::close);
        }
    }
}
