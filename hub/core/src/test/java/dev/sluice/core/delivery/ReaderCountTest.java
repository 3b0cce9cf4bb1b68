package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import org.junit.jupiter.api.Test;

final class ReaderCountTest {
    @Test
    void countsReadersAndTheirPatternsUntilTheyClose() {
        try (Rig rig = Rig.start()) {
            Dispatcher loop = rig.hub.dispatchers().getFirst();
            Poll waiting = Poll.start(
                    loop,
                    Grant.EVERYTHING,
                    SubscriptionSpec.latest(Selection.of("a", "b/*")),
                    10,
                    1_000,
                    60_000,
                    null,
                    _ -> true,
                    _ -> {});
            Poll other = Poll.start(
                    loop,
                    Grant.EVERYTHING,
                    SubscriptionSpec.latest(Selection.of("a")),
                    10,
                    1_000,
                    60_000,
                    null,
                    _ -> true,
                    _ -> {});
            assertThat(rig.hub.readers().readers()).isEqualTo(2);
            assertThat(rig.hub.readers().patterns()).isEqualTo(3);
            waiting.close();
            waiting.close();
            assertThat(rig.hub.readers().readers()).isEqualTo(1);
            assertThat(rig.hub.readers().patterns()).isEqualTo(1);
            other.close();
            assertThat(rig.hub.readers().readers()).isZero();
            assertThat(rig.hub.readers().patterns()).isZero();
        }
    }
}
