package dev.sluice.server.search;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.json.Timestamp;
import dev.sluice.server.metrics.SearchOutcome;
import dev.sluice.server.transport.JsonMessages;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The lines of an answer to a search: envelopes of matches, and the progress.
final class SearchLines {
    private final BodyFraming framing;
    private final ByteBuilder out = new ByteBuilder();

    SearchLines(BodyFraming framing) {
        this.framing = framing;
    }

    void match(Event event) {
        JsonMessages.event(event, out);
        out.write('\n');
    }

    /// @param at the last event that the search has examined; null before the first one
    void progress(long looked, long found, @Nullable Event at, @Nullable TimeBuckets buckets) {
        line("progress", json -> {
            state(json, looked, found, at);
            if (buckets != null) buckets.write(json);
        });
    }

    /// @param why  why the search has ended without a problem
    /// @param next the cursor from which another search continues, or null at the end
    void end(
            SearchOutcome why,
            long looked,
            long found,
            @Nullable Event at,
            @Nullable Cursor next,
            @Nullable TimeBuckets buckets) {
        line("end", json -> {
            json.writeStringProperty("reason", why.text());
            state(json, looked, found, at);
            if (next != null) json.writeStringProperty("next", next.text());
            if (buckets != null) buckets.write(json);
        });
    }

    void problem(Problem problem) {
        out.text(JsonMessages.wrap("error", JsonMessages.error(problem)) + "\n");
    }

    private static void state(JsonGenerator json, long looked, long found, @Nullable Event at) {
        json.writeNumberProperty("looked", looked);
        json.writeNumberProperty("found", found);
        if (at == null) return;
        Cursor id = at.id();
        json.writeStringProperty("at", id.text());
        json.writeStringProperty("time", Timestamp.of(at.timeMs()));
    }

    private void line(String name, Consumer<JsonGenerator> members) {
        out.text(JsonMessages.wrap(name, JsonMessages.object(members)) + "\n");
    }

    boolean isEmpty() {
        return out.size() == 0;
    }

    /// Returns the lines since the last call, as one piece of the body.
    byte[] take() {
        framing.close(out, 0);
        return taken();
    }

    /// Like [#take], with the end of the body.
    byte[] takeLast() {
        framing.close(out, 0);
        out.write(framing.end());
        return taken();
    }

    private byte[] taken() {
        byte[] bytes = out.toByteArray();
        out.clear();
        return bytes;
    }
}
