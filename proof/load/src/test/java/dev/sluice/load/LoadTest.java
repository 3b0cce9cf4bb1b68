package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Reports about faulty and faultless servers.
final class LoadTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int READERS = 3;
    private static final String ACCEPTED = "HTTP/1.1 204 No Content\r\n\r\n";

    @Test
    void reportsNoFaultsOfACorrectServer() throws Exception {
        try (var server = new FaultyServer(FaultyServer.NONE, ACCEPTED)) {
            var report = new Load(plan(server.url()), progress -> {}).run();

            assertThat(report.isFaultless()).as("%s", report).isTrue();
            assertThat(server.events()).isPositive();
            assertThat(report.expected()).isEqualTo((long) READERS * server.events());
        }
    }

    @Test
    void countsADroppedEventAsLostForEachReader() throws Exception {
        var report = measure((n, event) -> n == 2 ? List.of() : List.of(event), ACCEPTED);

        assertThat(report.lost()).isEqualTo(READERS);
        assertThat(report.repeated() + report.late() + report.damaged()).isZero();
        assertThat(report.isFaultless()).isFalse();
    }

    @Test
    void countsADuplicateAsRepeated() throws Exception {
        var report = measure((n, event) -> n == 2 ? List.of(event, event) : List.of(event), ACCEPTED);

        assertThat(report.repeated()).isEqualTo(READERS);
        assertThat(report.lost() + report.late() + report.damaged()).isZero();
        assertThat(report.isFaultless()).isFalse();
    }

    @Test
    void countsSwappedEventsAsLate() throws Exception {
        var kept = new String[1];
        var report = measure(
                (n, event) -> {
                    if (n == 2) kept[0] = event;
                    return n == 2 ? List.of() : n == 3 ? List.of(event, kept[0]) : List.of(event);
                },
                ACCEPTED);

        assertThat(report.late()).isEqualTo(READERS);
        assertThat(report.lost() + report.repeated() + report.damaged()).isZero();
        assertThat(report.isFaultless()).isFalse();
    }

    @Test
    void countsATruncatedEventAsDamaged() throws Exception {
        var report = measure((n, event) -> List.of(n == 2 ? event.substring(0, event.length() - 1) : event), ACCEPTED);

        assertThat(report.damaged()).isEqualTo(READERS);
        assertThat(report.isFaultless()).isFalse();
    }

    @Test
    void countsEventsThatComeWithTheEndOfTheirStream() throws Exception {
        FaultyServer.Fault ending = (n, event) -> n % 4 == 2 ? List.of(event, FaultyServer.END) : List.of(event);

        try (var server = new FaultyServer(ending, ACCEPTED)) {
            var report = new Load(plan(server.url(), Duration.ofMillis(300), true), progress -> {}).run();

            assertThat(report.resumed()).isPositive();
            assertThat(report.isFaultless()).as("%s", report).isTrue();
        }
    }

    @Test
    void reportsRefusedEventsWhichAreNotLost() throws Exception {
        var report = measure((n, event) -> List.of(), "HTTP/1.1 503 Full\r\nContent-Length: 2\r\n\r\nno");

        assertThat(report.refused()).isPositive();
        assertThat(report.refusal()).isEqualTo("HTTP/1.1 503 Full");
        assertThat(report.lost()).isZero();
        assertThat(report.isFaultless()).isFalse();
    }

    @Test
    void failsIfNoServerListens() throws Exception {
        URI url;
        try (var server = new FaultyServer(FaultyServer.NONE, ACCEPTED)) {
            url = server.url();
        }

        assertThatThrownBy(() -> new Load(plan(url), progress -> {}).run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refused");
    }

    @Test
    @Timeout(value = 600, threadMode = SEPARATE_THREAD)
    void failsIfTheServerClosesAPublishingConnection() throws Exception {
        FaultyServer.Fault closing = (n, event) -> {
            throw new UncheckedIOException(new IOException("closed"));
        };

        try (var server = new FaultyServer(closing, ACCEPTED)) {
            var load = new Load(plan(server.url(), LONG), progress -> {}); // It ends when it notices.
            assertThatThrownBy(load::run)
                    .isInstanceOf(IOException.class)
                    .hasMessage("the server closed a connection that publishes");
        }
    }

    @Test
    void failsIfOneOfItsThreadsFails() throws Exception {
        try (var server = new FaultyServer(FaultyServer.NONE, ACCEPTED)) {
            var load = new Load(plan(server.url()), progress -> {});
            var reason = new UnsupportedOperationException("a mistake of ours");
            load.start("bench-read", () -> {
                throw reason;
            });

            assertThatThrownBy(load::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the thread 'bench-read' failed")
                    .hasCause(reason);
        }
    }

    private static Report measure(FaultyServer.Fault fault, String answer) throws Exception {
        try (var server = new FaultyServer(fault, answer)) {
            return new Load(plan(server.url()), progress -> {}).run();
        }
    }

    private static Plan plan(URI url) {
        return plan(url, Duration.ofMillis(100));
    }

    private static Plan plan(URI url, Duration duration) {
        return plan(url, duration, false);
    }

    private static Plan plan(URI url, Duration duration, boolean resumes) {
        return new Plan(
                url,
                Protocol.SSE,
                READERS,
                0,
                1,
                false,
                1,
                0,
                4,
                60,
                1,
                4,
                1,
                Duration.ZERO,
                duration,
                null,
                null,
                false,
                resumes,
                null,
                Duration.ofMillis(10),
                0,
                null,
                null);
    }
}
