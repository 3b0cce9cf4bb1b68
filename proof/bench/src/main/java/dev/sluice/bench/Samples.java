package dev.sluice.bench;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import java.nio.charset.StandardCharsets;

/// The event that all benchmarks publish: a hundred bytes of text.
final class Samples {
    static final String CHANNEL = "bench";

    private static final int DATA_BYTES = 100;

    private Samples() {}

    static Draft draft() {
        var data = ".".repeat(DATA_BYTES).getBytes(StandardCharsets.UTF_8);
        return Draft.event(
                new ChannelName(CHANNEL),
                EventType.MESSAGE,
                new Content(ContentKind.TEXT, "text/plain; charset=utf-8", data));
    }

    static Publication publication() {
        return new Publication(draft(), Conditions.NONE);
    }
}
