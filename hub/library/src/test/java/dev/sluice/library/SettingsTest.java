package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.CannotStartException;
import dev.sluice.Sluice;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.RawClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Settings and rules of a program, by the keys of the configuration file.
final class SettingsTest {
    private static final String TOO_LARGE = "x".repeat((64 << 10) + 1);

    @Test
    void limitsEventsOfTheProgramAndOfItsClients() {
        try (var app = Sluice.inMemory().port(0)) {
            Examples.settings(app);
            app.start();
            try (var client = new RawClient(app.port())) {
                assertThatThrownBy(() -> app.channel("news").publish(TOO_LARGE))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("65536");
                client.send("POST /channels/news HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + TOO_LARGE.length()
                                + "\r\n\r\n")
                        .until(" 413 ");
            }
        }
    }

    @Test
    void appliesTheFirstMatchingRule() {
        try (var app = Sluice.inMemory()
                .port(0)
                .rule("news/sport", Map.of("retention.max_events", "1000"))
                .rule("news/**", Map.of("retention.max_events", "10"))
                .start()) {
            assertThat(kept(app, "news/sport")).isEqualTo(100);
            assertThat(kept(app, "news/weather")).isBetween(10L, 11L);
            assertThat(kept(app, "other")).isEqualTo(100);
        }
    }

    @Test
    void givesEqualPartsOfTheHeapToAllThatReserveOne() {
        try (var app = Sluice.inMemory().port(0)) {
            LongSupplier one = app.reserveHeap();
            LongSupplier other = app.reserveHeap();
            app.start();
            assertThat(one.getAsLong()).isEqualTo(other.getAsLong()).isEqualTo(Budget.PROTOCOLS.limit() / 2);
            assertThatThrownBy(app::reserveHeap).isInstanceOf(IllegalStateException.class);
        }
    }

    /// The number of events that a channel keeps of a hundred.
    private static long kept(Sluice app, String channel) {
        for (int i = 0; i < 100; i++) app.channel(channel).publish("" + i);
        try (var client = new RawClient(app.port())) {
            String answer = client.get(
                            "/channels/" + channel + "?after=earliest&limit=1000&as=json", "Connection: close")
                    .rest();
            return answer.split("\"id\":", -1).length - 1L;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        http.idel_time    | 1s       | set: 'http.idel_time' is not a key. Did you mean 'http.idle_time'?
        http.idle_time    | 1        | set http.idle_time takes a duration from "1s" to "1h", not "1".
        connections_max   | many     | set connections_max takes a number from 1 to 10000000, not "many".
        storage.memory    | true     | set: 'storage.memory' is for 'sluice serve': a program chooses its log by Sluice.in or Sluice.inMemory.
        """)
    void refusesAWrongSettingAtOnce(String key, String value, String message) {
        try (var app = Sluice.inMemory()) {
            assertThatThrownBy(() -> app.set(key, value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        chat/** | retention.max_ages | 1h  | rule chat/**: 'retention.max_ages' is not a key. Did you mean 'retention.max_age'?
        chat/** | retention.max_age  | 1   | rule chat/** retention.max_age takes a duration from "1ms" to "36500d", not "1".
        chat/** | behind.then        | end | rule chat/** has 'behind.then' without a limit: add 'behind.events' or 'behind.bytes'.
        a/**/b  | retention.max_age  | 1h  | rule takes a channel's name or a pattern such as "chat/**", not "a/**/b".
        news    | retention.max_age  | 1h  | rule: 'news' already has a rule, and only the first one applies.
        """)
    void refusesAWrongRuleAtOnce(String match, String key, String value, String message) {
        try (var app = Sluice.inMemory().rule("news", Map.of())) {
            assertThatThrownBy(() -> app.rule(match, Map.of(key, value)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }
    }

    @ParameterizedTest
    @CsvSource({"subscribe.limit, 5000, subscribe.limit_max", "storage.tail_max, 1TiB, heap"})
    void refusesToStartWithSettingsThatDoNotFit(String key, String value, String message, @TempDir Path folder) {
        var app = Sluice.in(folder.resolve("data")).port(0).set(key, value);

        assertThatThrownBy(app::start)
                .isInstanceOf(CannotStartException.class)
                .hasMessageStartingWith("set " + key + ": '" + key + "' (")
                .hasMessageContaining(message);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"-1", "65536"})
    void refusesAPortThatCannotBe(int port) {
        try (var app = Sluice.inMemory()) {
            assertThatThrownBy(() -> app.port(port))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("port takes a number from 0 to 65535, not " + port + ".");
        }
    }
}
