package dev.sluice.server.http.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Headers are as those of Netty's map, except that all keep their order.
final class HeaderListTest {
    private static final List<String> NAMES = List.of("Host", "host", "X-A", "x-a", "X-B", "Content-Length", "Accept");
    private static final List<String> VALUES = List.of("", "1", "close", "keep-alive, Close", "a b", "*");

    @RepeatedTest(20)
    void behavesLikeNettysHeaders(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        HttpHeaders list = new HeaderList();
        HttpHeaders model = new DefaultHttpHeaders();
        for (int step = 0; step < 200; step++) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            String value = VALUES.get(random.nextInt(VALUES.size()));
            int what = random.nextInt(100);
            for (HttpHeaders each : List.of(list, model)) {
                if (what < 50) each.add(name, value);
                else if (what < 70) each.set(name, value);
                else if (what < 80) each.set(name, List.of(value, "more"));
                else if (what < 98) each.remove(name);
                else each.clear();
            }
            for (String asked : NAMES) {
                assertThat(list.get(asked)).isEqualTo(model.get(asked));
                assertThat(list.getAll(asked)).isEqualTo(model.getAll(asked));
                assertThat(list.contains(asked)).isEqualTo(model.contains(asked));
                assertThat(((HeaderList) list).isRepeated(asked))
                        .isEqualTo(model.getAll(asked).size() > 1);
                for (boolean ignoresCase : new boolean[] {true, false}) {
                    assertThat(list.contains(asked, value, ignoresCase))
                            .isEqualTo(model.contains(asked, value, ignoresCase));
                    assertThat(list.containsValue(asked, value, ignoresCase))
                            .isEqualTo(model.containsValue(asked, value, ignoresCase));
                }
            }
            assertThat(list.size()).isEqualTo(model.size());
            assertThat(list.entries()).containsExactlyInAnyOrderElementsOf(model.entries());
        }
    }

    @Test
    void keepsTheOrder() {
        HeaderList list = new HeaderList();
        for (int i = 0; i < 20; i++) list.add("X-" + i, i);
        list.remove("x-3");
        list.set("X-0", "last");
        assertThat(list.name(0)).isEqualTo("X-1");
        assertThat(list.name(18)).isEqualTo("X-0");
        assertThat(list.value(18)).isEqualTo("last");
    }

    @Test
    void changesDoNotAffectTheOriginalList() {
        HeaderList first = new HeaderList();
        first.add("X-A", "1");
        first.add("X-B", "2");
        List<Consumer<HeaderList>> changes = List.of(
                list -> list.add("X-C", "3"),
                list -> list.set("X-A", "4"),
                list -> list.remove("X-A"),
                list -> list.remove("X-B"),
                HttpHeaders::clear);
        for (Consumer<HeaderList> change : changes) {
            HeaderList changed = HeaderList.ofAnswer(first);
            HeaderList other = HeaderList.ofAnswer(first);
            assertThat(changed.entries()).isEqualTo(first.entries());
            change.accept(changed);
            assertThat(changed.entries()).isNotEqualTo(first.entries());
            assertThat(List.of(first.get("X-A"), first.get("X-B"), first.size()))
                    .containsExactly("1", "2", 2);
            other.add("X-D", "5");
            assertThat(changed.contains("X-D")).isFalse();
            assertThat(first.contains("X-D")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\nb", "a\u0000b", "a\rb"})
    void refusesValuesThatWouldEndTheHeader(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeaderList().add("X-A", value))
                .withMessageContaining("X-A");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "ä"})
    void refusesNamesThatAreNoTokens(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderList().add(name, "1"));
    }
}
