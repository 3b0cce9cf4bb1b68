package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
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
            rig.publish("news", "event 1");
            Cursor second = rig.publish("news", "event 2");
            rig.publish("news", "event 3");
            rig.publish("$audit", "a record of the hub");
            List<Event> events = new ArrayList<>();
            Cursor head = rig.hub.head();
            assertThat(rig.hub.follow(from, 10, events::add)).isEqualTo(new EventSample(head, head, false));
            assertThat(events).hasSize(3);
            assertThat(rig.hub.follow(from, 2, events::add)).isEqualTo(new EventSample(head, second, false));
            assertThat(events).hasSize(3 + 2);
            rig.publish("sports", "another");
            rig.publish("news", "one more than it keeps");
            assertThat(rig.hub.follow(from, 10, events::add).hasLosses()).isTrue();
            assertThat(rig.hub.hasLost(new ChannelName("news"), from)).isTrue();
            assertThat(rig.hub.hasLost(new ChannelName("sports"), from)).isFalse();
            assertThat(rig.hub.follow(rig.hub.head(), 10, events::add).hasLosses())
                    .isFalse();
        }
    }
}
