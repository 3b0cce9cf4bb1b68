package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Retention;
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

    @Test
    void tellsASampleOfTheEventsFromAllOfThem() {
        try (Rig rig = Rig.with(log -> log.retention(_ -> Retention.events(3)))) {
            Cursor from = rig.hub.head();
            for (int i = 0; i < 3; i++) rig.publish("news", "event " + i);
            rig.publish("$audit", "a record of the hub");
            List<Event> events = new ArrayList<>();
            assertThat(rig.hub.follow(from, 10, events::add)).isEqualTo(new EventSample(rig.hub.head(), true));
            assertThat(events).hasSize(3);
            assertThat(rig.hub.follow(from, 2, events::add)).isEqualTo(new EventSample(rig.hub.head(), false));
            assertThat(events).hasSize(3 + 2);
            rig.publish("news", "one more than it keeps");
            assertThat(rig.hub.follow(from, 10, events::add).isWhole()).isFalse();
            assertThat(rig.hub.follow(rig.hub.head(), 10, events::add).isWhole())
                    .isTrue();
        }
    }
}
