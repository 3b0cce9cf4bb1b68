package dev.sluice.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CountersTest {
    private enum Fruit {
        APPLE,
        PEAR
    }

    @Test
    void areSummedByKey() {
        Counters<Fruit> first = new Counters<>(Fruit.class);
        Counters<Fruit> second = new Counters<>(Fruit.class);
        first.add(Fruit.APPLE, 2);
        first.add(Fruit.APPLE, 3);
        second.add(Fruit.APPLE, 4);
        assertThat(first.get(Fruit.APPLE)).isEqualTo(5);
        assertThat(Counters.sum(List.of(first, second))).isEqualTo(Map.of(Fruit.APPLE, 9L, Fruit.PEAR, 0L));
    }
}
