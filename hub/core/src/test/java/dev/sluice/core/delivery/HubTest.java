package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.channel.HubSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HubTest {
    @Test
    void wakesEachLoopOnceForABurst() {
        try (Rig rig = Rig.with(_ -> {}, HubSettings.DEFAULT, 3)) {
            rig.settle();
            for (int i = 0; i < 10; i++) rig.publish("news", "event " + i);
            List<Integer> tasks = new ArrayList<>();
            for (FakeLoop loop : rig.loops) tasks.add(loop.waiting());
            assertThat(tasks).containsExactly(1, 1, 1);
        }
    }
}
