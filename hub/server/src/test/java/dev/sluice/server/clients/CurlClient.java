package dev.sluice.server.clients;

import dev.sluice.server.proxy.ProxiedConnection;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `curl`, with one process per connection.
enum CurlClient implements ForeignClient {
    SSE {
        @Override
        public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
            SseReader events = new SseReader(received);
            var options = new ArrayList<>(List.of("-H", "Accept: text/event-stream"));
            if (lastId != null) options.addAll(List.of("-H", "Last-Event-ID: " + lastId));
            options.add(channel.toString());
            return curl(options, out -> WholeLines.each(out, events::line), received);
        }
    },

    JSON_LINES {
        @Override
        public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
            String uri = ForeignClient.after(channel, lastId).toString();
            var options = List.of("-H", "Accept: application/x-ndjson", uri);
            return curl(options, out -> WholeLines.each(out, line -> Envelopes.read(line, received)), received);
        }
    },

    /// One process per poll, as in a shell's loop.
    LONG_POLL {
        @Override
        public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
            var loop = new LongPollLoop(received);
            loop.begin(channel, lastId);
            return loop;
        }

        // Ignores the connection of an answered poll, which `curl` may not have closed yet.
        @Override
        public boolean follows(ProxiedConnection connection) {
            return connection.sentByClient().contains("wait=")
                    && connection.sentToClient().isEmpty();
        }
    };

    /// @param options in addition to those that disable progress output and buffering
    static Child curl(List<String> options, Function<InputStream, String> output, ReceivedEvents received) {
        var command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--no-buffer"));
        command.addAll(options);
        return Child.start(command, output, received);
    }

    @Override
    public boolean reconnects() {
        return false;
    }
}
