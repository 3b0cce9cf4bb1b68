package dev.sluice.server.clients;

import dev.sluice.server.proxy.Line;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `curl`: a process for each line.
enum CurlClient implements ForeignClient {
    SSE {
        @Override
        public Run follow(URI channel, @Nullable String lastId, Seen seen) {
            SseReader events = new SseReader(seen);
            var options = new ArrayList<>(List.of("-H", "Accept: text/event-stream"));
            if (lastId != null) options.addAll(List.of("-H", "Last-Event-ID: " + lastId));
            options.add(channel.toString());
            return curl(options, out -> WholeLines.each(out, events::line), seen);
        }
    },

    JSON_LINES {
        @Override
        public Run follow(URI channel, @Nullable String lastId, Seen seen) {
            String uri = ForeignClient.after(channel, lastId).toString();
            var options = List.of("-H", "Accept: application/x-ndjson", uri);
            return curl(options, out -> WholeLines.each(out, line -> Envelopes.read(line, seen)), seen);
        }
    },

    /// A process for each poll, as in a shell's loop.
    LONG_POLL {
        @Override
        public Run follow(URI channel, @Nullable String lastId, Seen seen) {
            var loop = new LongPollLoop(seen);
            loop.begin(channel, lastId);
            return loop;
        }

        // Not on the line of a question that has been answered, though `curl` may not have closed it yet.
        @Override
        public boolean follows(Line line) {
            return line.asked().contains("wait=") && line.answered().isEmpty();
        }
    };

    /// @param options besides those that make it silent and write out at once
    static Child curl(List<String> options, Function<InputStream, String> output, Seen seen) {
        var command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--no-buffer"));
        command.addAll(options);
        return Child.start(command, output, seen);
    }

    @Override
    public boolean returnsByItself() {
        return false;
    }
}
