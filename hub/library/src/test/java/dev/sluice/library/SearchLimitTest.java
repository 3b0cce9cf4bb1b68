package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Configuration;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/// A search for the start of a subscription, which examines a limited number of events.
final class SearchLimitTest {
    private static final int SEARCH_MAX = 500;

    @Test
    void aSubscriptionThatCannotBeginIsRefusedAtOnce() {
        var log = MemoryLog.builder(InstantSource.system())
                .limits(limits -> limits.lookMax(50).searchMax(SEARCH_MAX))
                .open();
        try (var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN)
                .port(0)
                .withoutShutdownHook()
                .start()) {
            for (int i = 0; i < 2 * SEARCH_MAX; i++) hub.channel("news").publish("x");

            var rare = hub.channels("news").types("rare").last(10);
            assertThatThrownBy(() -> rare.subscribe(_ -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("searching took too long");
            try (var all = hub.channels("news").last(10).subscribe(_ -> {})) {
                assertThat(all.isOpen()).isTrue();
            }
        }
    }
}
